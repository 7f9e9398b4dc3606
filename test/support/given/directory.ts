/** A small organisation on the in-process server, and settings to read it. */
import type { Fault } from '../../../dev/fake-ldap/server/fault.ts';
import {
  type LdapServer,
  type LdapServerOptions,
  startLdapServer,
} from '../../../dev/fake-ldap/server/server.ts';
import type { Attributes, LdifEntry, Value } from '../../../dev/fake-ldap/tree/ldif.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import type { DirectoryGroup, Snapshot } from '../../../src/model/snapshot.ts';
import { directory, uuid } from './values.ts';

export const PEOPLE = 'ou=people,dc=test';
export const GROUPS = 'ou=groups,dc=test';
export const BIND = { dn: 'cn=rollcall,dc=test', password: 'secret' };

const FRAME: readonly LdifEntry[] = [
  { dn: 'dc=test', attributes: { objectClass: ['domain'] } },
  { dn: PEOPLE, attributes: { objectClass: ['organizationalUnit'], ou: ['people'] } },
  { dn: GROUPS, attributes: { objectClass: ['organizationalUnit'], ou: ['groups'] } },
];

/** An entry of a person. The number becomes the UUID, as in the builders. */
export function user(n: number, uid: string, more: Attributes = {}, dn = `uid=${uid},${PEOPLE}`): LdifEntry {
  const usual = { uid: [uid], cn: [uid], sn: [uid], mail: [`${uid}@example.test`], entryUUID: [uuid(n)] };
  return { dn, attributes: { objectClass: ['inetOrgPerson'], ...usual, ...more } };
}

export function group(n: number, cn: string, member: readonly Value[], more: Attributes = {}): LdifEntry {
  const usual = { cn: [cn], entryUUID: [uuid(n)], ...(member.length > 0 ? { member } : {}) };
  return { dn: `cn=${cn},${GROUPS}`, attributes: { objectClass: ['groupOfNames'], ...usual, ...more } };
}

export const ALICE = user(1, 'alice');
export const BOB = user(2, 'bob');
export const CAROL = user(3, 'carol');
export const TRIO = [ALICE, BOB, CAROL];

export interface FakeDirectory extends AsyncDisposable {
  readonly server: LdapServer;
  readonly settings: DirectorySettings;
}

/** Serves the entries below dc=test. `settings` binds with the right password unless overridden. */
export async function serve(
  entries: readonly LdifEntry[],
  settings: Partial<DirectorySettings> = {},
  options: Partial<LdapServerOptions> & { readonly faults?: readonly Fault[] } = {},
): Promise<FakeDirectory> {
  const server = await startLdapServer({ entries: [...FRAME, ...entries], accounts: [BIND], ...options });
  const own = { urls: [server.url], bindDn: BIND.dn, bindPassword: BIND.password };
  return {
    server,
    settings: directory({ ...own, ...settings }),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** The usernames in a group, sorted, or the reason if the group is unknown. */
export function members(snapshot: Snapshot, name: string): string[] | string {
  const { members: found } = groupNamed(snapshot, name);
  if (found.kind === 'unknown') return found.reason;
  return [...found.users].map(index => snapshot.users[index]?.username ?? '?').toSorted();
}

/** The unresolved members of a group as `reason value`, sorted. */
export function unresolved(snapshot: Snapshot, name: string): string[] {
  const { members: found } = groupNamed(snapshot, name);
  return found.kind === 'unknown'
    ? []
    : found.unresolved.map(({ reason, value }) => `${reason} ${value}`).toSorted();
}

export function groupNamed(snapshot: Snapshot, name: string): DirectoryGroup {
  const found = snapshot.groups.find(each => each.name === name);
  if (found === undefined) throw new Error(`the snapshot has no group ${name}`);
  return found;
}
