/**
 * Completes a partial read without searching for members who only stay: the values of the groups and the stored entries are
 * enough. Each person who would be added or removed is read, so that no stored entry adds or removes a member.
 */
import type { DirectoryGroup, ExternalId, Stayers } from '../../model/snapshot.ts';
import type { Hint, LoadMembers, StoredMembers, StoredPeople } from '../../model/watch.ts';
import { dnKey } from '../../text/dn-key.ts';
import { identityValue } from '../entry/identity.ts';
import type { Contents } from '../members/assemble.ts';
import { findByValue, usersOf } from '../members/references.ts';
import type { Collection } from '../session/collection.ts';
import type { Session } from '../session/session.ts';
import { completePartialRead } from './read-partial.ts';

interface Options {
  readonly loadMembers: LoadMembers | undefined;
  /** Entries that changed, or may have: they are always read. */
  readonly hints: readonly Hint[];
  readonly linked?: (people: readonly ExternalId[]) => Promise<StoredPeople>;
  /** Builds the snapshot of what is collected, with only the groups that were asked for. */
  readonly contents: () => Promise<Contents>;
}

/**
 * Reads the entries that the collected groups need, as `completePartialRead` does, except those of members who stay.
 * @returns a function of the contents at the end of the read, for the members who only stay. `unsure`: the directory
 * contradicts the stored entries, so read again without `loadMembers`
 * @throws DirectoryError if any of them could not be read
 */
export async function readWithStayers(
  session: Session,
  { loadMembers, hints, linked, contents }: Options,
): Promise<(read: Contents) => Stayers | 'unsure' | undefined> {
  const { collection } = session;
  const ids = collection.groups.entries.flatMap(({ externalId }) => externalId ?? []);
  const known = await loadMembers?.(ids);
  if (known !== undefined) collectKnown(collection, known, hints);
  await completePartialRead(session, linked, async () => {
    if (known === undefined) return;
    const { additions, removals } = membershipChanges(await contents(), known);
    const values = [...additions, ...removals].map(id => identityValue(id, collection.traits.idAttribute));
    await findByValue(session, usersOf(collection), collection.traits.idAttribute, values);
  });
  return read => {
    if (known === undefined) return undefined;
    const { additions, removals } = membershipChanges(read, known);
    return isContradicted(collection) || additions.size > 0 ? 'unsure' : stayersIn(read, known, removals);
  };
}

/** A value that may name several people needs all of them. */
function stayersIn(
  { users, references }: Contents,
  { members, ownerGroups, unlinked }: StoredMembers,
  removals: ReadonlySet<ExternalId>,
): Stayers {
  const needed = new Set(removals);
  for (const { candidates } of references)
    for (const ordinal of candidates) needed.add(users[ordinal]?.externalId ?? '');
  for (const { memberOf, externalId } of ownerGroups.size > 0 ? members : [])
    if (memberOf.some(group => ownerGroups.has(group))) needed.add(externalId);
  const people = new Set<ExternalId>();
  for (const { externalId, stored } of users)
    if (stored === true && externalId !== undefined && !needed.has(externalId)) people.add(externalId);
  const others = members.filter(({ externalId }) => !people.has(externalId)).map(({ userId }) => userId);
  return { people, others: [...others, ...unlinked] };
}

/** Collects the stored entries, except those of hinted people, of members in doubt, and of people who share a DN. */
function collectKnown({ stored }: Collection, { members }: StoredMembers, hints: readonly Hint[]): void {
  const hinted = new Set(hints.map(({ id }) => id));
  const unidentified = hints.filter(({ id }) => id === undefined);
  const changed = new Set(unidentified.flatMap(({ dn, oldDn }) => [dn ?? [], oldDn ?? []].flat()).map(dnKey));
  const several: string[] = [];
  for (const { externalId, dn, username, isDoubted } of members) {
    if (isDoubted || username === null || hinted.has(externalId)) continue;
    if (changed.size > 0 && changed.has(dnKey(dn))) continue;
    if ((stored.get(dn)?.externalId ?? externalId) !== externalId) several.push(dn);
    stored.set(dn, {
      externalId,
      dn,
      username,
      email: undefined,
      fullName: undefined,
      disabled: false,
      stored: true,
    });
  }
  for (const dn of several) stored.delete(dn);
}

interface MembershipChanges {
  /** Stored people whom a group names and who are not members of its AccessGroup. */
  readonly additions: ReadonlySet<ExternalId>;
  /** Members of an AccessGroup whom its groups do not name. */
  readonly removals: ReadonlySet<ExternalId>;
}

/** Compares by number, without a set for each group: groups can have most people of the directory. */
function membershipChanges(
  { users, groups }: Contents,
  { accessGroups, members }: StoredMembers,
): MembershipChanges {
  const numbers = numbersOf(users);
  const numberOf = members.map(({ externalId }) => numbers.byId.get(externalId) ?? NOT_NAMED);
  const present = membersByGroup(members);
  const read = groups.filter(
    ({ mapping, members: { kind } }) => mapping !== undefined && kind === 'complete',
  );
  const bySource = Map.groupBy(read, ({ externalId = '' }) => accessGroups.get(externalId) ?? 0);
  const presentIn = new Uint32Array(users.length);
  const namedIn = new Uint32Array(users.length);
  const additions = new Set<ExternalId>();
  const removals = new Set<ExternalId>();
  let turn = 0;
  for (const [accessGroup, sources] of bySource) {
    turn += 1;
    const own = present.get(accessGroup) ?? [];
    for (const index of own) presentIn[numberOf[index] ?? NOT_NAMED] = turn;
    for (const source of sources)
      for (const ordinal of ordinalsOf(source)) {
        const number = numbers.byOrdinal[ordinal] ?? NOT_NAMED;
        const { externalId, stored } = users[ordinal] ?? {};
        namedIn[number] = turn;
        if (stored === true && externalId !== undefined && presentIn[number] !== turn)
          additions.add(externalId);
      }
    for (const index of own)
      if (namedIn[numberOf[index] ?? NOT_NAMED] !== turn) removals.add(members[index]?.externalId ?? '');
  }
  return { additions, removals };
}

/** The number of a member whom no group names. Typed arrays ignore it. */
const NOT_NAMED = -1;

/** Numbers the people. Entries with the same identity have the same number. */
function numbersOf(users: Contents['users']) {
  const byId = new Map<ExternalId, number>();
  const byOrdinal = users.map(({ externalId }, ordinal) => {
    if (externalId === undefined) return NOT_NAMED;
    const number = byId.get(externalId) ?? ordinal;
    byId.set(externalId, number);
    return number;
  });
  return { byId, byOrdinal };
}

/** The indexes of the members of each AccessGroup. */
function membersByGroup(members: StoredMembers['members']): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (const [index, { memberOf }] of members.entries())
    for (const group of memberOf) {
      const own = found.get(group);
      if (own) own.push(index);
      else found.set(group, [index]);
    }
  return found;
}

function ordinalsOf({ members }: DirectoryGroup): Iterable<number> {
  return members.kind === 'complete' ? members.users : [];
}

/** Whether an entry that was read has the DN or the identity of a stored one. */
function isContradicted({ users: { entries, ambiguous, repeated } }: Collection): boolean {
  const isStored = (index: number) => entries[index]?.stored === true;
  if (ambiguous.values().some(indexes => indexes.some(isStored))) return true;
  return (
    repeated.size > 0 &&
    entries.some(({ externalId = '', stored }) => stored === true && repeated.has(externalId))
  );
}
