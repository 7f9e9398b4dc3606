/** Entries that show the identity of another one, or none, on a real OpenLDAP. */
import { expect, it } from 'vitest';
import type { Jobs } from '../../support/given/company.ts';
import { GROUPS, groupRecord, openSlapdCompany, PEOPLE } from '../../support/given/slapd-company.ts';
import { uuid } from '../../support/given/values.ts';

const DEVS = ['alice', 'carol', 'ross'];
/** Other members, so that the guard allows single removals. */
const STAFF = ['dora', 'erik', 'fay', 'gus', 'hal'];

/** The LDIF record of a person, in Base64 because LDIF requires it for non-ASCII text. */
function person(n: number, uid: string, more = ''): string {
  const [dn, name] = [`uid=${uid},${PEOPLE}`, uid].map(text => Buffer.from(text).toString('base64'));
  return `dn:: ${dn}\nobjectClass: inetOrgPerson\nuid:: ${name}\ncn: x\nsn: x\n${more}entryUUID: ${uuid(n)}\n`;
}

function group(n: number, cn: string, members: readonly string[]): string {
  return groupRecord(n, cn, ['description: access', ...members.map(uid => `member: uid=${uid},${PEOPLE}`)]);
}

const ROSS = 9;

interface Scenario {
  readonly access?: readonly string[];
  readonly people?: string;
  readonly groups?: string;
  readonly extra?: readonly string[];
}

/**
 * Syncs once as the administrator, who can read everything, and then several times as the account, after the change.
 */
async function playScenario(
  { access = [], people, groups, extra = [] }: Scenario,
  judge: (jobs: Jobs) => Promise<void>,
) {
  await using company = await openSlapdCompany({
    access,
    groups: [group(1001, 'devs', DEVS), group(1002, 'staff', STAFF)],
    records: [person(ROSS, 'ross')],
    locals: ['ross'],
    users: people === undefined ? {} : { filter: people },
    settings: groups === undefined ? {} : { filter: groups },
  });
  const { slapd, jobs, ldif } = company;
  await jobs.sync();
  expect((await jobs.members())['platform/devs']).toEqual(DEVS);
  if (extra.length > 0) await slapd.load([...ldif, ...extra]);
  company.bindRestricted();
  for (let read = 0; read < 4; read += 1) expect((await jobs.sync()).status).toMatch(/succeeded|partial/);
  await judge(jobs);
}

async function keepsAllMembers(jobs: Jobs): Promise<void> {
  expect((await jobs.members())['platform/devs']).toEqual(DEVS);
}

it('keeps a person whose DN differs from that of a disabled entry only by ss and ß (C22, G03)', async () => {
  await playScenario(
    { extra: [person(ROSS, 'roß', 'pwdAccountLockedTime: 000001010000Z\n')] },
    keepsAllMembers,
  );
});

it('keeps a group whose entry shows neither the attributes of groups.filter nor its identity (G02)', async () => {
  await playScenario(
    {
      groups: '(&(objectClass=groupOfMembers)(description=access))',
      access: [`access to dn.exact="cn=devs,${GROUPS}" attrs=description,entryUUID by * none`],
    },
    keepsAllMembers,
  );
});

it('keeps a person whose entry shows neither the attributes of users.filter nor the identity (G02)', async () => {
  await playScenario(
    {
      people: '(&(objectClass=inetOrgPerson)(!(employeeType=former)))',
      access: [`access to dn.exact="uid=ross,${PEOPLE}" attrs=employeeType,entryUUID by * none`],
    },
    keepsAllMembers,
  );
});

it('a device with the identity of a person proves nothing about the person (G03)', async () => {
  await playScenario(
    {
      people: '(&(objectClass=inetOrgPerson)(!(employeeType=former)))',
      access: [`access to dn.exact="uid=ross,${PEOPLE}" attrs=employeeType by * none`],
      extra: [`dn: cn=box,${PEOPLE}\nobjectClass: device\ncn: box\nentryUUID: ${uuid(ROSS)}\n`],
    },
    keepsAllMembers,
  );
});
