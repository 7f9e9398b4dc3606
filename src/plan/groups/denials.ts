/** The removals of a plan that rest on values which a group does not show: the server is asked to deny these values. */
import type { CurrentState } from '../../model/current.ts';
import type { GroupChange, Plan } from '../../model/plan.ts';
import type { Denial, DirectoryGroup, Snapshot } from '../../model/snapshot.ts';
import { doubtKey } from '../doubt/lookups.ts';
import { memberNames } from './member-names.ts';

/** Returns one question for each AccessGroup that would lose members. */
export function denialsOf({ changes }: Plan, snapshot: Snapshot, { links }: CurrentState): Denial[] {
  const leaving = changes.flatMap(change => {
    const userIds = leaversOf(change);
    return change.accessGroupId === undefined || userIds.length === 0 ? [] : [{ change, userIds }];
  });
  if (leaving.length === 0) return [];
  const wanted = new Set(leaving.flatMap(({ userIds }) => userIds));
  const linkOf = new Map(links.filter(link => wanted.has(link.userId)).map(link => [link.userId, link]));
  const names = memberNames(snapshot, [...linkOf.values()]);
  const groupOf = new Map(snapshot.groups.map(group => [group.externalId, group]));
  return leaving.map(({ change: { accessGroupId = 0, sources }, userIds }) => {
    const groups = sources.flatMap(id => groupOf.get(id) ?? []);
    const members = userIds.flatMap(userId => {
      const link = linkOf.get(userId);
      return link === undefined ? [] : [{ key: doubtKey(accessGroupId, userId), ...names(link, groups) }];
    });
    return { groups: withNested(groups, snapshot), members, complete: snapshot.whole };
  });
}

/** The members who are removed because no value names them. */
function leaversOf({ kind, remove, facts = {} }: GroupChange): number[] {
  if (kind === 'retire' || remove.length === 0) return [];
  const others = new Set(Object.values(facts).flat());
  return [...remove].filter(userId => !others.has(userId));
}

/** The DNs of these groups and of their nested groups, each once. */
function withNested(groups: readonly DirectoryGroup[], { nesting }: Snapshot): string[] {
  const all = new Set(groups.map(({ dn }) => dn));
  for (const dn of all) for (const nested of nesting?.get(dn) ?? []) all.add(nested);
  return [...all];
}
