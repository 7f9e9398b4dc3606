/** The model as entries of Active Directory, where everything is named by cn and accounts by sAMAccountName. */
import type { Group, Person } from './model.ts';

const NORMAL_ACCOUNT_WITHOUT_PASSWORD = 0x0220;
const UF_ACCOUNTDISABLE = 2;
/** A security group (2^31) of domain local scope, which may hold any other, and members of other domains. */
const DOMAIN_LOCAL_SECURITY_GROUP = '-2147483644';

/** Somebody of a domain that this one trusts: the server makes an entry for them in CN=ForeignSecurityPrincipals. */
export const FOREIGNER = '<SID=S-1-5-21-1111111111-2222222222-3333333333-1104>';

/** A machine's account among the people: a user by its class, though nobody. */
export const COMPUTER = {
  cn: 'computer',
  attributes: { objectClass: ['computer'], sAMAccountName: ['PC-1$'], userAccountControl: ['4128'] },
} as const;

/** The value of userAccountControl. */
export function accountControl(person: Person): string {
  return String(NORMAL_ACCOUNT_WITHOUT_PASSWORD | (person.disabled ? UF_ACCOUNTDISABLE : 0));
}

/** Attributes of a user, who gets an invented sAMAccountName where the model has no username. */
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

/** Attributes of a group, apart from its members. Its sAMAccountName says nothing: names are unique in a domain. */
export function windowsGroup(group: Group): Record<string, readonly string[]> {
  return {
    objectClass: ['group'],
    sAMAccountName: [`group-${group.number}`],
    groupType: [DOMAIN_LOCAL_SECURITY_GROUP],
    description: [group.description],
  };
}
