/** The removals of a plan that rest on values which a group no longer shows: the server is asked to deny these values. */
import type { CurrentState, UserLink } from '../../model/current.ts';
import type { GroupChange, Plan } from '../../model/plan.ts';
import type { Denial, DeniedMember, ExternalId, Snapshot } from '../../model/snapshot.ts';
import { doubtKey } from '../doubt/lookups.ts';

/** Returns one question for each AccessGroup that would lose members. */
export function denialsOf({ changes }: Plan, snapshot: Snapshot, { links }: CurrentState): Denial[] {
  const leaving = changes.flatMap(change => {
    const userIds = leaversOf(change);
    return change.accessGroupId === undefined || userIds.length === 0 ? [] : [{ change, userIds }];
  });
  if (leaving.length === 0) return [];
  const wanted = new Set(leaving.flatMap(({ userIds }) => userIds));
  const linkOf = new Map(links.filter(link => wanted.has(link.userId)).map(link => [link.userId, link]));
  const namesOf = namesIn(snapshot, [...linkOf.values()]);
  const dnOf = new Map(snapshot.groups.map(({ externalId, dn }) => [externalId, dn]));
  return leaving.map(({ change: { accessGroupId = 0, sources }, userIds }) => ({
    complete: snapshot.whole,
    groups: withNested(
      sources.flatMap(id => dnOf.get(id) ?? []),
      snapshot,
    ),
    members: userIds.flatMap(userId => {
      const link = linkOf.get(userId);
      return link === undefined ? [] : [{ key: doubtKey(accessGroupId, userId), ...namesOf(link) }];
    }),
  }));
}

/** The members who are removed because no value names them. */
function leaversOf({ kind, remove, facts = {} }: GroupChange): number[] {
  if (kind === 'retire' || remove.length === 0) return [];
  const others = new Set(Object.values(facts).flat());
  return [...remove].filter(userId => !others.has(userId));
}

/** These groups and their nested groups, each once. */
function withNested(dns: readonly string[], { nesting }: Snapshot): string[] {
  const all = new Set(dns);
  for (const dn of all) for (const nested of nesting?.get(dn) ?? []) all.add(nested);
  return [...all];
}

/** Every value that would make one of these people a member: own DNs and usernames, and the groups that have the person. */
function namesIn(
  { users, groups }: Snapshot,
  links: readonly UserLink[],
): (link: UserLink) => Omit<DeniedMember, 'key'> {
  const linked = new Set(links.map(link => link.externalId));
  const ordinalOf = new Map<ExternalId, number>();
  for (const [ordinal, { externalId }] of users.entries())
    if (externalId !== undefined && linked.has(externalId)) ordinalOf.set(externalId, ordinal);
  const carriers = new Map<number, string[]>([...ordinalOf.values()].map(ordinal => [ordinal, []]));
  for (const { dn, members } of groups)
    if (members.kind === 'complete') for (const ordinal of members.users) carriers.get(ordinal)?.push(dn);
  return ({ externalId, dn, username }) => {
    const ordinal = ordinalOf.get(externalId) ?? -1;
    const entry = users[ordinal];
    return {
      dns: distinct([dn, entry?.dn, ...(carriers.get(ordinal) ?? [])]),
      usernames: distinct([username, entry?.username]),
    };
  };
}

function distinct(texts: readonly (string | undefined)[]): string[] {
  return [...new Set(texts.filter(text => text !== undefined))];
}
