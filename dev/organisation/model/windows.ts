/** The model as entries of Active Directory, where cn names everything and accounts have a sAMAccountName. */
import type { Group, Person } from './model.ts';

const NORMAL_ACCOUNT_WITHOUT_PASSWORD = 0x0220;
const UF_ACCOUNTDISABLE = 2;
/** A security group (2^31) of domain local scope, which may contain any other group, and members of other domains. */
const DOMAIN_LOCAL_SECURITY_GROUP = '-2147483644';

/** A person of a trusted domain: the server creates an entry in CN=ForeignSecurityPrincipals. */
export const FOREIGNER = '<SID=S-1-5-21-1111111111-2222222222-3333333333-1104>';

/** The account of a machine among the people: a user by its class, but not a person. */
export const COMPUTER = {
  cn: 'computer',
  attributes: { objectClass: ['computer'], sAMAccountName: ['PC-1$'], userAccountControl: ['4128'] },
} as const;

/** The value of userAccountControl. */
export function accountControl(person: Person): string {
  return String(NORMAL_ACCOUNT_WITHOUT_PASSWORD | (person.disabled ? UF_ACCOUNTDISABLE : 0));
}

/** Attributes of a user, who gets a generated sAMAccountName if the model has no username. */
export function windowsPerson(person: Person): Record<string, readonly string[]> {
  return {
    objectClass: ['user'],
    sAMAccountName: person.usernames.slice(0, 1),
    userAccountControl: [accountControl(person)],
    displayName: [person.cn],
    sn: [person.surname.slice(0, 64)],
    givenName: [person.givenName.slice(0, 64)],
    employeeNumber: [String(person.number)],
    title: [person.title],
    mail: person.mails.slice(0, 1),
    proxyAddresses: person.mails.slice(1).map(mail => `smtp:${mail}`),
  };
}

/** Attributes of a group without its members. Its sAMAccountName is arbitrary, because names are unique in a domain. */
export function windowsGroup(group: Group): Record<string, readonly string[]> {
  return {
    objectClass: ['group'],
    sAMAccountName: [`group-${group.number}`],
    groupType: [DOMAIN_LOCAL_SECURITY_GROUP],
    description: [group.description],
  };
}
