/** The values with which a group would have a person as a member. */
import type { UserLink } from '../../model/current.ts';
import type { DeniedMember } from '../../model/read-targets.ts';
import type { DirectoryGroup, ExternalId, Snapshot } from '../../model/snapshot.ts';
import { finish } from '../../steps/steps.ts';
import { looseKey } from '../../text/loose-key.ts';
import { storable } from '../../text/storable.ts';
import { identityKey } from '../doubt/evidence.ts';
import { dnReference, nameReference, ordinalsOf } from '../doubt/lookups.ts';

type Names = Omit<DeniedMember, 'key' | 'id'>;
/** Ordinals by the reference key of a DN or username. */
type Owners = ReadonlyMap<string, readonly number[]>;

/**
 * Returns a function for the values of one of these people: own DNs and usernames, now and before, and the DNs of the groups
 * that have the person. Values that the given groups show are omitted: they name another entry, and the plan has judged them.
 * A former username among these may still be one of the entry.
 */
export function memberNames(
  snapshot: Snapshot,
  links: readonly UserLink[],
  nested: boolean,
): (link: UserLink, groups: readonly DirectoryGroup[]) => Names {
  const { users, unclear } = snapshot;
  const ordinalOf = finish(ordinalsOf(snapshot, { links }));
  const lookalikesOf = lookalikes(snapshot);
  const entriesOf = (link: UserLink) => {
    const ordinal = ordinalOf.get(link.externalId);
    return ordinal === undefined ? lookalikesOf(link) : [ordinal];
  };
  const groupDns = nested ? groupsOfEach(snapshot, links.flatMap(entriesOf)) : new Map<number, string[]>();
  const owners = ownersOf(snapshot, links, ordinalOf);
  return (link, groups) => {
    const { externalId, dn, username } = link;
    const entry = users[ordinalOf.get(externalId) ?? -1];
    const ordinals = entriesOf(link);
    const entries = ordinals.flatMap(ordinal => users[ordinal] ?? []);
    const isHidden = (key: string) => !isShown(key, snapshot, groups, owners);
    const usernames = distinct([username, ...entries.map(each => each.username)]);
    const shown = usernames.filter(each => !isHidden(looseReference(each)));
    const like =
      entry === undefined
        ? distinct([...entries.map(each => each.dn), ...(unclear.get(externalId) ?? [])])
        : [];
    return {
      entry: entry?.dn,
      ...(like.length > 0 && { lookalikes: like }),
      dns: [
        ...distinct([dn, entry?.dn, ...like]).filter(
          each => each === entry?.dn || isHidden(dnReference(each)),
        ),
        ...ordinals.flatMap(ordinal => groupDns.get(ordinal) ?? []),
      ],
      usernames: usernames.filter(each => !shown.includes(each)),
      former: shown.filter(each => each !== entry?.username),
    };
  };
}

/** Returns a function for the ordinals of the entries without a unique identity that have the identity, last DN or last username of a person. */
function lookalikes({
  users,
}: Snapshot): (link: Pick<UserLink, 'externalId' | 'dn' | 'username'>) => readonly number[] {
  const found = new Map<string, number[]>();
  for (const [ordinal, { externalId, sharedId, dn, username }] of users.entries()) {
    if (externalId !== undefined) continue;
    for (const key of keysOf({ externalId: sharedId, dn, username })) {
      const others = found.get(key);
      if (others === undefined) found.set(key, [ordinal]);
      else others.push(ordinal);
    }
  }
  return link => [...new Set(keysOf(link).flatMap(key => found.get(key) ?? []))];
}

function keysOf({
  externalId,
  dn,
  username,
}: {
  readonly externalId: ExternalId | undefined;
  readonly dn: string;
  readonly username: string | undefined;
}): string[] {
  return [
    ...(externalId === undefined ? [] : [identityKey(externalId)]),
    dnReference(dn),
    ...(username === undefined ? [] : [looseReference(username)]),
  ];
}

/** The DNs of the groups that have each of these people. */
function groupsOfEach(
  { groups }: Snapshot,
  ordinals: readonly number[],
): ReadonlyMap<number, readonly string[]> {
  const groupDns = new Map<number, string[]>(Array.from(ordinals, ordinal => [ordinal, []]));
  for (const { dn, members } of groups)
    if (members.kind === 'complete') for (const ordinal of members.users) groupDns.get(ordinal)?.push(dn);
  return groupDns;
}

/** The owners of the usernames of these people, and of the DNs that they had before. */
function ownersOf(
  { users }: Snapshot,
  links: readonly UserLink[],
  ordinalOf: ReadonlyMap<ExternalId, number>,
): Owners {
  const owners = new Map<string, number[]>();
  let hasMoved = false;
  for (const { externalId, dn, username } of links) {
    const entry = users[ordinalOf.get(externalId) ?? -1];
    for (const name of distinct([username, entry?.username])) owners.set(looseReference(name), []);
    if (entry?.dn !== dn) owners.set(dnReference(dn), []);
    hasMoved ||= entry?.dn !== dn;
  }
  for (const [ordinal, { dn, username }] of users.entries()) {
    if (username !== undefined) owners.get(looseReference(username))?.push(ordinal);
    if (hasMoved) owners.get(dnReference(dn))?.push(ordinal);
  }
  return owners;
}

/** Whether a value of the groups has this key, or names by it the entry that has this DN or username now. */
function isShown(
  key: string,
  { references }: Snapshot,
  groups: readonly DirectoryGroup[],
  owners: Owners,
): boolean {
  const isUsername = key.startsWith('name:');
  return groups.some(({ members }) => {
    if (members.kind === 'unknown') return false;
    const named = isUsername ? members.byUsername : members.users;
    return (
      (owners.get(key) ?? []).some(ordinal => named.includes(ordinal)) ||
      members.references.some(index => storable(references[index]?.key ?? '') === key)
    );
  });
}

/** A server that compares usernames ignores width and white space too, so a value of these texts is the same value. */
function looseReference(username: string): string {
  return nameReference(looseKey(username) ?? username);
}

function distinct(texts: readonly (string | undefined)[]): string[] {
  return [...new Set(texts.filter(text => text !== undefined))];
}
