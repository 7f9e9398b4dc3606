/** Builds the questions by which the server must deny the values that the removed members had, before a plan removes them. */
import type { CurrentState } from '../../model/current.ts';
import type { GroupChange, Plan } from '../../model/plan.ts';
import type { Denial } from '../../model/read-targets.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { formerCauses, unfoundValues, withNested } from '../doubt/former-causes.ts';
import { doubtKey } from '../doubt/lookups.ts';
import { memberNames } from './member-names.ts';

/** Returns one question for each AccessGroup that would lose members. */
export function denialsOf(
  { changes }: Plan,
  snapshot: Snapshot,
  current: CurrentState,
  { groups: { nested } }: Pick<DirectorySettings, 'groups'>,
): Denial[] {
  const leaving = changes.flatMap(change => {
    const userIds = leaversOf(change);
    return change.accessGroupId === undefined || userIds.length === 0 ? [] : [{ change, userIds }];
  });
  if (leaving.length === 0) return [];
  const wanted = new Set(leaving.flatMap(({ userIds }) => userIds));
  const linkOf = new Map(
    current.links.filter(link => wanted.has(link.userId)).map(link => [link.userId, link]),
  );
  const names = memberNames(snapshot, [...linkOf.values()], nested);
  const formerOf = formerCauses(snapshot, current);
  const unfoundOf = unfoundValues(snapshot, current);
  const groupOf = new Map(snapshot.groups.map(group => [group.externalId, group]));
  return leaving.map(({ change: { accessGroupId = 0, sources }, userIds }) => {
    const groups = sources.flatMap(id => groupOf.get(id) ?? []);
    const links = userIds.flatMap(userId => linkOf.get(userId) ?? []);
    const members = links.map(link => ({
      key: doubtKey(accessGroupId, link.userId),
      id: link.externalId,
      ...names(link, groups),
    }));
    const asked = withNested(groups, snapshot);
    return {
      sources,
      groups: asked,
      members,
      former: formerOf(groups),
      unfound: unfoundOf(accessGroupId, links, groups),
      ...entryCauses(asked, snapshot),
      complete: snapshot.whole,
    };
  });
}

/** The memberURLs and the primary group numbers of these groups: both make people members whom no value names. */
function entryCauses(dns: readonly string[], { causes }: Snapshot): Pick<Denial, 'urls' | 'numbers'> {
  const own = dns.flatMap(dn => causes?.get(dn) ?? []);
  return {
    urls: [...new Set(own.flatMap(({ urls }) => urls))],
    numbers: [...new Set(own.flatMap(({ number }) => number ?? []))],
  };
}

/** The members who are removed because no value names them, or only values that match no entry. */
export function leaversOf({ kind, remove, facts = {} }: GroupChange): number[] {
  if (kind === 'retire' || remove.length === 0) return [];
  const { absent_twice: _, ...proved } = facts;
  const others = new Set(Object.values(proved).flat());
  return [...remove].filter(userId => !others.has(userId));
}
