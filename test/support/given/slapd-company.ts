/** A small company in a real OpenLDAP. The first read sees everything; `bindRestricted` gives the sync the account with access rules. */
import { sql } from 'kysely';
import type { Slapd } from '../../../dev/servers/slapd.ts';
import type { DirectorySettings, GroupSettings, UserSettings } from '../../../src/model/settings.ts';
import { freshDatabase } from '../servers/database.ts';
import { startSlapd } from '../servers/slapd.ts';
import { type Jobs, jobsOver } from './company.ts';
import { rowsOf } from './saved-plan.ts';
import { directory, uuid } from './values.ts';

export const BASE = 'dc=example,dc=com';
export const PEOPLE = `ou=people,${BASE}`;
export const GROUPS = `ou=groups,${BASE}`;
/** The suffix and the units of people and groups. */
export const UNITS: readonly string[] = [
  `dn: ${BASE}\nobjectClass: domain\ndc: example\n`,
  unitRecord(PEOPLE),
  unitRecord(GROUPS),
];
const NAMES = ['alice', 'bob', 'carol', 'dora', 'erik', 'fay', 'gus', 'hal'];

export interface SlapdCompany extends AsyncDisposable {
  readonly slapd: Slapd;
  readonly jobs: Jobs;
  readonly ldif: readonly string[];
  /** From now on the sync binds as the restricted account. */
  bindRestricted(): void;
}

export function unitRecord(dn: string): string {
  return `dn: ${dn}\nobjectClass: organizationalUnit\nou: ${dn.slice(3, dn.indexOf(','))}\n`;
}

/** Settings to read the people and groups of that OpenLDAP with its restricted account. */
export function slapdSettings(
  { url, bindDn, bindPassword }: Pick<Slapd, 'url' | 'bindDn' | 'bindPassword'>,
  more: { readonly users?: Partial<UserSettings>; readonly groups?: Partial<GroupSettings> } = {},
): DirectorySettings {
  const { users, groups } = directory();
  return directory({
    urls: [url],
    bindDn,
    bindPassword,
    vendor: 'openldap',
    users: { ...users, baseDn: PEOPLE, ...more.users },
    groups: { ...groups, baseDn: GROUPS, ...more.groups },
  });
}

export function personRecord(n: number, uid: string, base = PEOPLE): string {
  return `dn: uid=${uid},${base}\nobjectClass: inetOrgPerson\nobjectClass: extensibleObject\nuid: ${uid}\ncn: ${uid}\nsn: ${uid}\nentryUUID: ${uuid(n)}\n`;
}

/** @param values lines such as `member: …` */
export function groupRecord(n: number, cn: string, values: readonly string[]): string {
  return `dn: cn=${cn},${GROUPS}\nobjectClass: groupOfMembers\nobjectClass: extensibleObject\ncn: ${cn}\nentryUUID: ${uuid(n)}\n${values.join('\n')}\n`;
}

/** The people alice to hal are local users and entries; the AccessGroups are in the team "platform". */
export async function openSlapdCompany(options: {
  readonly groups: readonly string[];
  readonly access: readonly string[];
  readonly settings?: Partial<GroupSettings>;
  readonly users?: Partial<UserSettings>;
  readonly directory?: Partial<DirectorySettings>;
  /** Further records. */
  readonly records?: readonly string[];
  /** Further local users. */
  readonly locals?: readonly string[];
}): Promise<SlapdCompany> {
  await using stack = new AsyncDisposableStack();
  const people = NAMES.map((uid, n) => personRecord(n + 1, uid));
  const ldif = [...UNITS, ...people, ...(options.records ?? []), ...options.groups];
  const slapd = stack.use(await startSlapd({ ldif, access: [...options.access] }));
  const { db } = stack.use(await freshDatabase());
  await rowsOf(
    db,
    sql`insert into auth_user (username, email) select name, name || '@example.test' from unnest(${[...NAMES, ...(options.locals ?? [])]}::text[]) name`,
  );
  await rowsOf(db, sql`insert into team (slug, name) values ('platform', 'Platform') returning id`);
  const admin = { url: slapd.url, bindDn: slapd.adminDn, bindPassword: slapd.adminPassword };
  const users = { filter: '(objectClass=inetOrgPerson)', ...options.users };
  const groups = { filter: '(objectClass=groupOfMembers)', ...options.settings };
  const jobs = jobsOver(db, { ...slapdSettings(admin, { users, groups }), ...options.directory });
  const kept = stack.move();
  const bindRestricted = () => {
    jobs.settings = { ...jobs.settings, bindDn: slapd.bindDn, bindPassword: slapd.bindPassword };
  };
  return { slapd, jobs, ldif, bindRestricted, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
