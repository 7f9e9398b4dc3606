/**
 * Group entries that show no identity, and the known groups that each may be. A group can be renamed and its identity hidden
 * between two reads: then it looks deleted, and the entry looks new.
 *
 *   the entry                                              may be
 *   is at the last DN of a known group, or has its name    that group (missing-groups.ts)
 *   showed no identity in a read that found a group        another group
 *   is any other entry                                     any group that was not found when the entry was first found
 */
import type { CurrentState } from '../../model/current.ts';
import type { ExternalId, Snapshot } from '../../model/snapshot.ts';
import { dnKey } from '../../text/dn-key.ts';
import { entryKey } from './evidence.ts';
import { dnReference } from './lookups.ts';

interface HidingEntry {
  /** Under which the entry is stored, with the groups that it may be. */
  readonly key: string;
  readonly dn: string;
  readonly mayBe: readonly ExternalId[];
}

type Known = Pick<CurrentState, 'groups' | 'references'>;

/** Returns these entries of a complete read. Linear in groups, where there are any. */
export function hidingGroups(
  { groups, whole }: Pick<Snapshot, 'groups' | 'whole'>,
  current: Known,
): HidingEntry[] {
  const nameless = groups.filter(({ idIssue }) => idIssue === 'source_id_missing');
  if (!whole || nameless.length === 0) return [];
  const read = new Set(groups.map(({ externalId, sharedId }) => sharedId ?? externalId));
  const linked = current.groups.filter(({ accessGroupId }) => accessGroupId !== undefined);
  const missing = linked.filter(({ externalId }) => !read.has(externalId));
  const places = new Set(missing.flatMap(({ dn, cn }) => [dnKey(dn), cn.toLowerCase()]));
  const isAtPlace = (dn: string, name: string | undefined) =>
    places.has(dnKey(dn)) || (name !== undefined && places.has(name.toLowerCase()));
  const ids = missing.map(({ externalId }) => externalId);
  return nameless.map(({ dn, name }) => {
    const key = entryKey(dnReference(dn));
    const before = current.references.get(key)?.groups;
    const mayBe = before === undefined ? ids : ids.filter(id => before[id] !== undefined);
    return { key, dn, mayBe: isAtPlace(dn, name) ? [] : mayBe };
  });
}

/** Returns the same snapshot, where the groups that would be retired and that may be such an entry are unclear. */
export function withHiddenGroups(
  snapshot: Snapshot,
  current: Known & Pick<CurrentState, 'managed'>,
): Snapshot {
  const found = new Map<ExternalId, string>();
  for (const { dn, mayBe } of hidingGroups(snapshot, current))
    for (const id of mayBe)
      found.set(
        id,
        `"${dn}" shows no ${snapshot.idAttribute} and may be it: let the account read and search ${snapshot.idAttribute}`,
      );
  if (found.size === 0) return snapshot;
  const filled = new Set(current.managed.filter(({ members }) => members.length > 0).map(({ id }) => id));
  // The first complete read without a group changes only its state.
  const mayGo = current.groups.filter(
    ({ missedReads, accessGroupId = 0 }) => missedReads > 0 && filled.has(accessGroupId),
  );
  const unclear = mayGo.flatMap(({ externalId }): [ExternalId, string][] => {
    const explanation = found.get(externalId);
    return explanation === undefined ? [] : [[externalId, explanation]];
  });
  return { ...snapshot, unclearGroups: new Map([...snapshot.unclearGroups, ...unclear]) };
}
