/** The lookups for the judgement of removals. They are built once for a plan, and only if it has removals. */
import type { CurrentState, UserLink } from '../../model/current.ts';
import type { KnownDoubt } from '../../model/doubt.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { DirectoryUser, Snapshot } from '../../model/snapshot.ts';
import { each, filtered, indexed, type Steps } from '../../steps/steps.ts';
import { dnKey, typeName } from '../../text/dn-key.ts';
import { usernameKey } from '../../text/loose-key.ts';
import { storable } from '../../text/storable.ts';
import { type FormerOwners, formerOwners } from '../people/previous-usernames.ts';
import { type AmbiguousValues, ambiguousValues } from './ambiguous-values.ts';
import { entryKey, NESTED } from './evidence.ts';

export interface Lookups {
  readonly snapshot: Snapshot;
  readonly current: CurrentState;
  readonly includeDisabled: boolean;
  readonly nested: boolean;
  /** The type of the attribute that holds usernames. */
  readonly nameAttribute: string;
  /** Key of users.baseDn. */
  readonly usersBase: string;
  readonly linkOf: ReadonlyMap<number, UserLink>;
  /** Ordinals of the entries with a clear identity, for the identities that are linked. */
  readonly ordinalOf: ReadonlyMap<string, number>;
  readonly ambiguous: AmbiguousValues;
  readonly hadOtherOwner: FormerOwners;
  /** Links whose entry has a new DN or username: by the key of the former DN, and of the former username. */
  readonly formerDns: ReadonlyMap<string, UserLink>;
  readonly formerNames: ReadonlyMap<string, UserLink>;
  readonly doubts: ReadonlyMap<string, KnownDoubt>;
  /** By AccessGroup, DNs of entries that its values named in the last read and that matched no local user. */
  readonly unmatchedBefore: ReadonlyMap<number, ReadonlySet<string>>;
  /** Of these, the DNs of entries that showed no identity. */
  readonly unidentifiedBefore: ReadonlyMap<number, ReadonlySet<string>>;
  /** Keys of the DNs below which the server refers to other servers; '' if the referral names no DN. */
  readonly referredTo: readonly string[];
  /** Identities that several entries show. */
  readonly shared: ReadonlySet<string>;
  readonly hiding: Hiding;
  /** Identities of nested groups that caused memberships in an earlier read (former-causes.ts). */
  readonly nestedBefore: ReadonlySet<string>;
}

/** Ordinals of entries without a unique identity that are not disabled: see hiding-entries.ts. */
export interface Hiding {
  /** Without an identity, by the reference keys of their DN and username. */
  readonly byDn: ReadonlyMap<string, number>;
  readonly byName: ReadonlyMap<string, readonly number[]>;
  /** By the identity that they share. */
  readonly byShared: ReadonlyMap<string, readonly number[]>;
  /** Those that have shown no identity for the shortest time. */
  readonly newest: Readonly<Record<'primaryGroup' | 'username', Newest | undefined>>;
}

export interface Newest {
  readonly ordinal: number;
  /** -1: this is the first complete read that found the entry without an identity. */
  readonly ageMs: number;
}

/** Returns the key of a known doubt. */
export function doubtKey(accessGroupId: number, userId: number): string {
  return `${accessGroupId}/${userId}`;
}

/** Returns the reference key of a DN. */
export function dnReference(dn: string): string {
  return storable(`dn:${dnKey(dn) ?? ''}`);
}

/** Returns the reference key of a username. */
export function nameReference(username: string): string {
  return storable(`name:${usernameKey(username)}`);
}

/** Builds the lookups. Linear in people and links. */
export function* buildLookups(
  snapshot: Snapshot,
  current: CurrentState,
  { users, groups }: Pick<DirectorySettings, 'users' | 'groups'>,
): Steps<Lookups> {
  const ordinalOf = yield* ordinalsOf(snapshot, current);
  const formerDns = new Map<string, UserLink>();
  const formerNames = new Map<string, UserLink>();
  yield* each(current.links, link => {
    const entry = entryOf(link, { snapshot, ordinalOf });
    if (entry?.dn !== link.dn) formerDns.set(dnReference(link.dn), link);
    if (link.username !== undefined && entry?.username !== link.username)
      formerNames.set(nameReference(link.username), link);
  });
  const ambiguous = yield* ambiguousValues(snapshot, dnReference);
  return {
    snapshot,
    current,
    includeDisabled: users.includeDisabled,
    nested: groups.nested,
    nameAttribute: typeName(users.username),
    usersBase: dnKey(users.baseDn) ?? '',
    linkOf: yield* indexed(current.links, link => [link.userId, link]),
    ordinalOf,
    ambiguous,
    // Former owners of usernames matter only if a value can mean several people.
    hadOtherOwner: yield* formerOwners(ambiguous.byCandidate.size > 0 ? current.links : []),
    formerDns,
    formerNames,
    doubts: yield* indexed(current.doubts, doubt => [doubtKey(doubt.accessGroupId, doubt.userId), doubt]),
    unmatchedBefore: yield* unmatchedIn(current, current.unresolved),
    unidentifiedBefore: yield* unmatchedIn(
      current,
      yield* filtered(current.unresolved, ({ reason }) => reason === 'source_id_missing'),
    ),
    referredTo: snapshot.referredTo.map(place => dnKey(place) ?? ''),
    shared: new Set(yield* sharedIn(snapshot)),
    nestedBefore: new Set(yield* nestedBefore(current)),
    hiding: yield* hidingIn(snapshot, current, {
      includeDisabled: users.includeDisabled,
      formerDns,
      ordinalOf,
    }),
  };
}

/** Returns the ordinals of entries with a unique identity that is linked. */
export function* ordinalsOf(
  { users }: Snapshot,
  { links }: Pick<CurrentState, 'links'>,
): Steps<Map<string, number>> {
  const linked = yield* indexed(links, link => [link.externalId, true]);
  const ordinalOf = new Map<string, number>();
  yield* each(users, ({ externalId, idIssue }, ordinal) => {
    if (externalId !== undefined && idIssue === undefined && linked.has(externalId))
      ordinalOf.set(externalId, ordinal);
  });
  return ordinalOf;
}

function* nestedBefore({ references }: CurrentState): Steps<string[]> {
  const keys = yield* filtered(references.keys(), key => key.startsWith(NESTED));
  return keys.map(key => key.slice(NESTED.length).split(':', 1).join());
}

function* sharedIn({ users }: Snapshot): Steps<string[]> {
  const shared: string[] = [];
  yield* each(users, ({ sharedId }) => {
    if (sharedId !== undefined) shared.push(sharedId);
  });
  return shared;
}

/** Indexes these entries. Linear in people. */
function* hidingIn(
  { users }: Snapshot,
  { references }: CurrentState,
  known: Pick<Lookups, 'includeDisabled' | 'formerDns' | 'ordinalOf'>,
): Steps<Hiding> {
  const byDn = new Map<string, number>();
  const byName = new Map<string, number[]>();
  const byShared = new Map<string, number[]>();
  const newest: Record<'primaryGroup' | 'username', Newest | undefined> = {
    primaryGroup: undefined,
    username: undefined,
  };
  yield* each(users, (person, ordinal) => {
    if (person.sharedId !== undefined && (known.includeDisabled || person.disabled !== true))
      push(byShared, person.sharedId, ordinal);
    if (!isNameless(person, known)) return;
    const key = dnReference(person.dn);
    byDn.set(key, ordinal);
    if (person.username !== undefined) push(byName, nameReference(person.username), ordinal);
    const before = known.formerDns.get(key);
    if (before !== undefined && !known.ordinalOf.has(before.externalId)) return;
    const ageMs = references.get(entryKey(key))?.ageMs ?? -1;
    const isNewer = (than: Newest | undefined) => than === undefined || ageMs < than.ageMs;
    if (person.primaryGroupUnread === true && isNewer(newest.primaryGroup))
      newest.primaryGroup = { ordinal, ageMs };
    if (person.username === undefined && isNewer(newest.username)) newest.username = { ordinal, ageMs };
  });
  return { byDn, byName, byShared, newest };
}

function push(lists: Map<string, number[]>, key: string, ordinal: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [ordinal]);
  else list.push(ordinal);
}

/** The entry shows no identity, and would cause a membership if it did: a disabled account causes none. */
export function isNameless(
  { idIssue, disabled }: DirectoryUser,
  { includeDisabled }: Pick<Lookups, 'includeDisabled'>,
): boolean {
  return idIssue === 'source_id_missing' && (includeDisabled || disabled !== true);
}

function* unmatchedIn(
  { groups }: CurrentState,
  unresolved: CurrentState['unresolved'],
): Steps<Map<number, Set<string>>> {
  const owners = yield* indexed(groups, ({ externalId, accessGroupId }) => [externalId, accessGroupId]);
  const found = new Map<number, Set<string>>();
  yield* each(unresolved, ({ groupExternalId, member }) => {
    const owner = owners.get(groupExternalId);
    if (owner === undefined) return;
    const members = found.get(owner);
    if (members === undefined) found.set(owner, new Set([member]));
    else members.add(member);
  });
  return found;
}

/** Returns the entry with the identity of a link, if exactly one was read. */
export function entryOf(
  { externalId }: UserLink,
  { snapshot, ordinalOf }: Pick<Lookups, 'snapshot' | 'ordinalOf'>,
): DirectoryUser | undefined {
  const ordinal = ordinalOf.get(externalId);
  return ordinal === undefined ? undefined : snapshot.users[ordinal];
}
