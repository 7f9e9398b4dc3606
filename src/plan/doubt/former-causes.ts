/**
 * Remembers the causes of the memberships of each group that an access rule can hide: its nested groups, its memberURLs, and
 * the values with a bit string of the group and its nested groups. If such a value is hidden, the group looks as if the value
 * had been removed. A nested group may hide its members as well. A search for a DN may not find a value that has the DN with a
 * bit string.
 */
import type { CurrentState, UserLink } from '../../model/current.ts';
import { CAUSE_PREFIXES } from '../../model/doubt.ts';
import type { FormerCauses } from '../../model/read-targets.ts';
import type { DirectoryGroup, ExternalId, Snapshot } from '../../model/snapshot.ts';
import { each, type Steps } from '../../steps/steps.ts';
import { storable } from '../../text/storable.ts';
import { dnReference, doubtKey } from './lookups.ts';

const [NESTED, URL, BITS] = CAUSE_PREFIXES;
const NO_VALUES: readonly string[] = [];

/** Returns the DNs of these groups and of their nested groups, each once. */
export function withNested(groups: readonly DirectoryGroup[], { nesting }: Snapshot): string[] {
  const all = new Set(groups.map(({ dn }) => dn));
  for (const dn of all) for (const nested of nesting?.get(dn) ?? []) all.add(nested);
  return [...all];
}

/**
 * Returns the keys to store, with the identities of their groups: what each group shows now, and what it showed
 * before and the server has not denied since.
 * @param unsettled groups that changed during the read
 */
export function* causesToKeep(
  snapshot: Snapshot,
  { references, groups }: CurrentState,
  unsettled: ReadonlySet<string>,
): Steps<ReadonlyMap<string, readonly ExternalId[]>> {
  const kept = new Map<string, Set<ExternalId>>();
  const keep = (key: string, group: ExternalId) => {
    const owners = kept.get(key);
    if (owners === undefined) kept.set(key, new Set([group]));
    else owners.add(group);
  };
  const byDn = groupsByDn(snapshot);
  yield* each(snapshot.groups, group => {
    const { mapping, members, externalId } = group;
    if (mapping === undefined || externalId === undefined || members.kind === 'unknown') return;
    for (const key of causesOf(group, snapshot, byDn)) keep(key, externalId);
  });
  const known = new Set(groups.map(group => group.externalId));
  const isDenied = (id: ExternalId) => snapshot.causesDenied?.has(id) === true && !unsettled.has(id);
  yield* each(references, ([key, reference]) => {
    if (!isCause(key)) return;
    for (const id of Object.keys(reference.groups)) if (known.has(id) && !isDenied(id)) keep(key, id);
  });
  return new Map(Array.from(kept, ([key, owners]) => [key, [...owners]]));
}

/** Returns a function for the causes that these groups of one AccessGroup showed in an earlier read and do not show now. */
export function formerCauses(
  snapshot: Snapshot,
  { references }: CurrentState,
): (groups: readonly DirectoryGroup[]) => FormerCauses {
  const keysOf = new Map<ExternalId, string[]>();
  for (const [key, { groups }] of references) {
    if (!isCause(key)) continue;
    for (const id of Object.keys(groups)) {
      const keys = keysOf.get(id);
      if (keys === undefined) keysOf.set(id, [key]);
      else keys.push(key);
    }
  }
  if (keysOf.size === 0) return () => ({ dns: [], urls: [], bitStrings: [] });
  const byDn = groupsByDn(snapshot);
  const dnOf = new Map(Array.from(byDn.values(), ({ externalId, dn }) => [externalId, dn]));
  return groups => {
    const now = new Set(groups.flatMap(group => causesOf(group, snapshot, byDn)));
    const shown = new Set([
      ...withNested(groups, snapshot).map(dnReference),
      ...referencesOf(groups, snapshot),
    ]);
    const former = groups.flatMap(({ externalId = '' }) => keysOf.get(externalId) ?? []);
    const left = former.filter(key => !now.has(key));
    const dns = left
      .filter(key => key.startsWith(NESTED))
      .flatMap(key => {
        const { id, dn } = nestedIn(key);
        return [dn, dnOf.get(id) ?? dn];
      });
    return {
      dns: [...new Set(dns)].filter(dn => !shown.has(dnReference(dn))),
      urls: after(URL, left),
      bitStrings: after(BITS, left),
    };
  };
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

function formerNested({
  references,
}: Pick<CurrentState, 'references'>): { readonly id: string; readonly dn: string }[] {
  return [...references.keys()].filter(key => key.startsWith(NESTED)).map(nestedIn);
}

function isCause(key: string): boolean {
  return CAUSE_PREFIXES.some(prefix => key.startsWith(prefix));
}

function after(prefix: string, keys: readonly string[]): string[] {
  return keys.filter(key => key.startsWith(prefix)).map(key => key.slice(prefix.length));
}

/** The keys of the present causes of memberships in a group. */
function causesOf(
  group: DirectoryGroup,
  snapshot: Snapshot,
  byDn: ReadonlyMap<string, DirectoryGroup>,
): string[] {
  const nested = withNested([group], snapshot).slice(1);
  const all = [group, ...nested.flatMap(dn => byDn.get(dn) ?? [])];
  return [
    ...nested.map(dn => `${NESTED}${byDn.get(dn)?.externalId ?? ''}:${dn}`),
    ...(group.urls ?? []).map(url => `${URL}${url}`),
    ...all.flatMap(({ bitStrings = [] }) => bitStrings.map(value => `${BITS}${value}`)),
  ].map(storable);
}

function nestedIn(key: string): { readonly id: string; readonly dn: string } {
  const [id = ''] = key.slice(NESTED.length).split(':', 1);
  return { id, dn: key.slice(NESTED.length + id.length + 1) };
}

function groupsByDn({ groups, nestedGroups = [], nesting }: Snapshot): ReadonlyMap<string, DirectoryGroup> {
  const all = nesting === undefined ? [] : [...groups, ...nestedGroups];
  return new Map(all.map(group => [group.dn, group]));
}

/** The plan has judged the values that lead to no configured entry. */
function referencesOf(groups: readonly DirectoryGroup[], { references }: Snapshot): string[] {
  return groups.flatMap(({ members }) =>
    members.kind === 'unknown'
      ? []
      : Array.from(members.references, index => storable(references[index]?.key ?? '')),
  );
}
