/** Entries that show the identity of another one, or none, on a real OpenLDAP. */
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { type Jobs, jobsOver } from '../../support/given/company.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { directory, uuid } from '../../support/given/values.ts';
import { freshDatabase } from '../../support/servers/database.ts';
import { startSlapd } from '../../support/servers/slapd.ts';

const BASE = 'dc=example,dc=com';
const PEOPLE = `ou=people,${BASE}`;
const GROUPS = `ou=groups,${BASE}`;
const CREW = ['alice', 'carol', 'ross'];
/** Other members, so that the guard allows single removals. */
const STAFF = ['dora', 'erik', 'fay', 'gus', 'hal'];

function unit(dn: string): string {
  return `dn: ${dn}\nobjectClass: organizationalUnit\nou: ${dn.slice(3, dn.indexOf(','))}\n`;
}

/** In Base64, because LDIF writes non-ASCII text so. */
function person(n: number, uid: string, more = ''): string {
  const [dn, name] = [`uid=${uid},${PEOPLE}`, uid].map(text => Buffer.from(text).toString('base64'));
  return `dn:: ${dn}\nobjectClass: inetOrgPerson\nuid:: ${name}\ncn: x\nsn: x\n${more}entryUUID: ${uuid(n)}\n`;
}

function group(n: number, cn: string, members: readonly string[]): string {
  const values = members.map(uid => `member: uid=${uid},${PEOPLE}\n`).join('');
  return `dn: cn=${cn},${GROUPS}\nobjectClass: groupOfMembers\ncn: ${cn}\ndescription: access\nentryUUID: ${uuid(n)}\n${values}`;
}

const LDIF = [
  `dn: ${BASE}\nobjectClass: domain\ndc: example\n`,
  ...[PEOPLE, GROUPS].map(unit),
  ...[...CREW, ...STAFF].map((uid, n) => person(n + 1, uid)),
  group(1001, 'devs', CREW),
  group(1002, 'staff', STAFF),
];
const ROSS = 3;

interface Trick {
  readonly access?: readonly string[];
  readonly people?: string;
  readonly groups?: string;
  readonly extra?: readonly string[];
}

/**
 * Syncs once as the administrator, who can read everything, and then several times as the account, after the change.
 */
async function afterTrick(
  { access = [], people, groups, extra = [] }: Trick,
  judge: (jobs: Jobs) => Promise<void>,
) {
  await using slapd = await startSlapd({ ldif: LDIF, access: [...access] });
  await using database = await freshDatabase();
  const { db } = database;
  await rowsOf(
    db,
    sql`insert into auth_user (username, email) select name, name || '@example.test' from unnest(${[...CREW, ...STAFF]}::text[]) name`,
  );
  await rowsOf(db, sql`insert into team (slug, name) values ('platform', 'Platform')`);
  const usual = directory();
  const jobs = jobsOver(db, {
    ...usual,
    urls: [slapd.url],
    bindDn: slapd.adminDn,
    bindPassword: slapd.adminPassword,
    vendor: 'openldap',
    users: { ...usual.users, baseDn: PEOPLE, filter: people ?? '(objectClass=inetOrgPerson)' },
    groups: { ...usual.groups, baseDn: GROUPS, filter: groups ?? '(objectClass=groupOfMembers)' },
  });
  await jobs.sync();
  expect((await jobs.members())['platform/devs']).toEqual(CREW);
  if (extra.length > 0) await slapd.load([...LDIF, ...extra]);
  jobs.settings = { ...jobs.settings, bindDn: slapd.bindDn, bindPassword: slapd.bindPassword };
  for (let read = 0; read < 4; read += 1) expect((await jobs.sync()).status).toMatch(/succeeded|partial/);
  await judge(jobs);
}

async function everybodyStays(jobs: Jobs): Promise<void> {
  expect((await jobs.members())['platform/devs']).toEqual(CREW);
}

it('keeps a person whose DN differs from that of a disabled entry only by ss and ß (C22, G03)', async () => {
  await afterTrick({ extra: [person(ROSS, 'roß', 'pwdAccountLockedTime: 000001010000Z\n')] }, everybodyStays);
});

it('keeps a group whose entry shows neither the attributes of groups.filter nor its identity (G02)', async () => {
  await afterTrick(
    {
      groups: '(&(objectClass=groupOfMembers)(description=access))',
      access: [`access to dn.exact="cn=devs,${GROUPS}" attrs=description,entryUUID by * none`],
    },
    everybodyStays,
  );
});

it('keeps a person whose entry shows neither the attributes of users.filter nor the identity (G02)', async () => {
  await afterTrick(
    {
      people: '(&(objectClass=inetOrgPerson)(!(employeeType=former)))',
      access: [`access to dn.exact="uid=ross,${PEOPLE}" attrs=employeeType,entryUUID by * none`],
    },
    everybodyStays,
  );
});

it('a device with the identity of a person proves nothing about the person (G03)', async () => {
  await afterTrick(
    {
      people: '(&(objectClass=inetOrgPerson)(!(employeeType=former)))',
      access: [`access to dn.exact="uid=ross,${PEOPLE}" attrs=employeeType by * none`],
      extra: [`dn: cn=box,${PEOPLE}\nobjectClass: device\ncn: box\nentryUUID: ${uuid(ROSS)}\n`],
    },
    everybodyStays,
  );
});
