/**
 * Remembers the causes of memberships that an access rule can hide: the nested groups of a group, its memberURLs, and its values
 * with a bit string. If such a value is hidden, the group looks as if the value had been removed. A nested group may
 * hide its members as well. A search for a DN may not find a value that has the DN with a bit string.
 *
 * Each cause is stored with the groups that have it as a value, and not with the groups above these: `formerCauses` follows the
 * nested groups from level to level. So the number of stored rows does not grow with the levels.
 */
import type { CurrentState, UserLink } from '../../model/current.ts';
import { CAUSE_PREFIXES } from '../../model/doubt.ts';
import type { FormerCauses } from '../../model/read-targets.ts';
import type { DirectoryGroup, ExternalId, GroupCauses, Snapshot } from '../../model/snapshot.ts';
import { each, finish, indexed, type Steps } from '../../steps/steps.ts';
import { storable } from '../../text/storable.ts';
import { dnReference, doubtKey } from './lookups.ts';

const [NESTED, URL, BITS] = CAUSE_PREFIXES;
const NO_VALUES: readonly string[] = [];

/** The keys of the causes that each group has as a value, by the identity of the group, or its DN if it shows none. */
type CausesOf = ReadonlyMap<string, readonly string[]>;

/** Returns the DNs of these groups and of their nested groups, each once. */
export function withNested(groups: readonly Pick<DirectoryGroup, 'dn'>[], { causes }: Snapshot): string[] {
  const all = new Set(groups.map(({ dn }) => dn));
  for (const dn of all) for (const nested of causes?.get(dn)?.nested ?? NO_VALUES) all.add(nested);
  return [...all];
}

/**
 * Returns the keys to store, with their groups: what the groups of AccessGroups and their nested groups show now, and what they
 * showed before and the server has not denied since.
 * @param unsettled groups that changed during the read
 */
export function* causesToKeep(
  snapshot: Snapshot,
  { references, groups }: CurrentState,
  unsettled: ReadonlySet<string>,
): Steps<ReadonlyMap<string, ReadonlySet<string>>> {
  const shown = yield* shownCauses(snapshot);
  const stored = yield* storedCauses(references);
  const { causesDenied } = snapshot;
  const settled = snapshot.groups.filter(
    ({ externalId = '' }) => causesDenied?.has(externalId) === true && !unsettled.has(externalId),
  );
  const asked = withNested(settled, snapshot);
  const denying = new Set(asked.map(dn => ownerOf(dn, snapshot)));
  // The server was not asked about a cause that another of these groups shows.
  const notAsked = new Set(asked.flatMap(dn => causesIn(snapshot.causes?.get(dn), snapshot)));
  const mapped = snapshot.groups.filter(({ mapping }) => mapping !== undefined);
  const reached = new Set([
    ...mapped.flatMap(({ externalId }) => externalId ?? []),
    ...groups.map(({ externalId }) => externalId),
  ]);
  const kept = new Map<string, Set<string>>();
  yield* each(reached, owner => {
    const before = stored.get(owner) ?? NO_VALUES;
    const left = denying.has(owner) ? before.filter(key => notAsked.has(key)) : before;
    for (const key of [...(shown.get(owner) ?? NO_VALUES), ...left]) {
      const owners = kept.get(key);
      if (owners === undefined) kept.set(key, new Set([owner]));
      else owners.add(owner);
      if (key.startsWith(NESTED)) reached.add(nestedIn(key).owner);
    }
  });
  return kept;
}

/** Returns a function for the causes that these groups of one AccessGroup showed in an earlier read and do not show now. */
export function formerCauses(
  snapshot: Snapshot,
  { references }: Pick<CurrentState, 'references'>,
): (groups: readonly DirectoryGroup[]) => FormerCauses {
  const stored = finish(storedCauses(references));
  if (stored.size === 0) return () => ({ dns: [], urls: [], bitStrings: [] });
  const gone = finish(goneCauses(stored, snapshot));
  const dnOf = new Map(Array.from(snapshot.causes ?? [], ([dn, { externalId }]) => [externalId, dn]));
  return groups => {
    const dns = withNested(groups, snapshot);
    const left = keysLeft(new Set(dns.map(dn => ownerOf(dn, snapshot))), stored, gone);
    if (left.size === 0) return { dns: [], urls: [], bitStrings: [] };
    for (const dn of dns) for (const key of causesIn(snapshot.causes?.get(dn), snapshot)) left.delete(key);
    const shown = new Set([...dns.map(dnReference), ...referencesOf(groups, snapshot)]);
    const nested = Array.from(left)
      .filter(key => key.startsWith(NESTED))
      .map(nestedIn);
    const all = nested.flatMap(({ id, dn }) => [dn, dnOf.get(id) ?? dn]);
    return {
      dns: [...new Set(all)].filter(dn => !shown.has(dnReference(dn))),
      urls: valuesOf(URL, left),
      bitStrings: valuesOf(BITS, left),
    };
  };
}

/** Returns the stored keys that these groups no longer show, and all keys of the nested groups that they no longer show. */
function keysLeft(owners: ReadonlySet<string>, stored: CausesOf, gone: CausesOf): Set<string> {
  const left = new Set<string>();
  const reached = new Set(owners);
  for (const owner of reached)
    for (const key of (owners.has(owner) ? gone : stored).get(owner) ?? NO_VALUES) {
      left.add(key);
      if (key.startsWith(NESTED)) reached.add(nestedIn(key).owner);
    }
  return left;
}

/**
 * Returns a function for values of the groups of one AccessGroup that match no entry and may have caused memberships that
 * would be removed now. These are the DNs of former nested groups, and the values that a doubt about one of the members
 * depends on. A search by DN does not find an entry that hides its DN, or an attribute of the filter. The last DN of a
 * member is searched for with the member (`ReadTargets.lastSeen`).
 */
export function unfoundValues(
  { references }: Snapshot,
  current: CurrentState,
): (
  accessGroupId: number,
  leaving: readonly UserLink[],
  groups: readonly DirectoryGroup[],
) => readonly string[] {
  const before = new Set(formerNested(current).map(({ dn }) => dnReference(dn)));
  const doubts = new Map(current.doubts.map(each => [doubtKey(each.accessGroupId, each.userId), each.keys]));
  return (accessGroupId, leaving, groups) => {
    const doubted = new Set(
      leaving.flatMap(({ userId, dn }) => {
        const keys = doubts.get(doubtKey(accessGroupId, userId)) ?? NO_VALUES;
        return keys.filter(key => key !== dnReference(dn));
      }),
    );
    if (before.size + doubted.size === 0) return NO_VALUES;
    const unfound = new Set<string>();
    for (const { members } of groups)
      for (const index of members.kind === 'complete' ? members.references : []) {
        const { key, value, absent, reason } = references[index] ?? {};
        if (absent !== true || reason !== 'dangling_dn' || key === undefined || value === undefined) continue;
        if (before.has(storable(key)) || doubted.has(storable(key))) unfound.add(value);
      }
    return [...unfound];
  };
}

function formerNested({ references }: Pick<CurrentState, 'references'>): NestedGroup[] {
  return [...references.keys()].filter(key => key.startsWith(NESTED)).map(nestedIn);
}

function isCause(key: string): boolean {
  return CAUSE_PREFIXES.some(prefix => key.startsWith(prefix));
}

function valuesOf(prefix: string, keys: Iterable<string>): string[] {
  return [...keys].filter(key => key.startsWith(prefix)).map(key => key.slice(prefix.length));
}

function* shownCauses(snapshot: Snapshot): Steps<CausesOf> {
  const { causes = new Map<string, GroupCauses>() } = snapshot;
  return yield* indexed(causes, ([dn, values]) => [ownerOf(dn, snapshot), causesIn(values, snapshot)]);
}

function* storedCauses(references: CurrentState['references']): Steps<CausesOf> {
  const found = new Map<string, string[]>();
  yield* each(references, ([key, { groups }]) => {
    if (!isCause(key)) return;
    for (const owner of Object.keys(groups)) {
      const keys = found.get(owner);
      if (keys === undefined) found.set(owner, [key]);
      else keys.push(key);
    }
  });
  return found;
}

/** The stored keys that the group itself no longer shows. */
function* goneCauses(stored: CausesOf, snapshot: Snapshot): Steps<CausesOf> {
  const shown = yield* shownCauses(snapshot);
  return yield* indexed(stored, ([owner, keys]) => {
    const now = new Set(shown.get(owner));
    return [owner, keys.filter(key => !now.has(key))];
  });
}

/** The keys of the causes that are values of one group. */
function causesIn(values: GroupCauses | undefined, { causes }: Snapshot): string[] {
  if (values === undefined) return [];
  return [
    ...values.nested.map(dn => `${NESTED}${causes?.get(dn)?.externalId ?? ''}:${dn}`),
    ...values.urls.map(url => `${URL}${url}`),
    ...values.bitStrings.map(value => `${BITS}${value}`),
  ].map(storable);
}

function ownerOf(dn: string, { causes }: Snapshot): string {
  return causes?.get(dn)?.externalId ?? storable(dn);
}

interface NestedGroup {
  readonly id: ExternalId;
  readonly dn: string;
  /** The group under which the causes of the nested group are stored: its identity, or its DN if it shows none. */
  readonly owner: string;
}

function nestedIn(key: string): NestedGroup {
  const [id = ''] = key.slice(NESTED.length).split(':', 1);
  const dn = key.slice(NESTED.length + id.length + 1);
  return { id, dn, owner: id === '' ? dn : id };
}

/** The plan has judged the values that lead to no configured entry. */
function referencesOf(groups: readonly DirectoryGroup[], { references }: Snapshot): string[] {
  return groups.flatMap(({ members }) =>
    members.kind === 'unknown'
      ? []
      : Array.from(members.references, index => storable(references[index]?.key ?? '')),
  );
}
