/** Compares the unresolved members of this read with the stored ones, and warns if there are too many. */
import type { CurrentState, UnresolvedMember } from '../../model/current.ts';
import type { PlanCounts } from '../../model/plan.ts';
import type { UserSettings } from '../../model/settings.ts';
import { each, filtered, grouped, mapped, type Steps } from '../../steps/steps.ts';
import { storable } from '../../text/storable.ts';
import { unresolvedWarning } from '../report/describe-plan.ts';
import { type Sources, unresolvedOf } from './group-change.ts';
import type { Match } from './match-groups.ts';
import type { MissingGroups } from './missing-groups.ts';

export interface Unresolved {
  readonly appeared: readonly UnresolvedMember[];
  readonly resolved: readonly UnresolvedMember[];
  readonly total: number;
  /** Number of all members of the matched groups. */
  readonly members: number;
  /** `total` by reason. */
  readonly reasons: NonNullable<PlanCounts['reasons']>;
  readonly warnings: readonly string[];
}

/** Compares the unresolved members of the groups that were read, and of deleted groups, with the stored ones. */
export function* diffUnresolved(
  { matches, absent }: { readonly matches: readonly Match[]; readonly absent: MissingGroups },
  current: CurrentState,
  sources: Sources,
  users: UserSettings,
): Steps<Unresolved> {
  const now = yield* storableMembers(matches, sources);
  const planned = new Set(matches.flatMap(match => match.target.sources.map(source => source.externalId)));
  const retired = absent.changes.filter(change => change.kind === 'retire').flatMap(change => change.sources);
  for (const externalId of [...absent.forgotten, ...retired]) planned.add(externalId);
  const before = yield* filtered(current.unresolved, member => planned.has(member.groupExternalId));
  const keys = new Set(yield* mapped(now, unresolvedKey));
  const oldKeys = new Set(yield* mapped(before, unresolvedKey));
  const reasons = yield* countReasons(now);
  const members = countMembers(matches);
  return {
    appeared: yield* filtered(now, member => !oldKeys.has(unresolvedKey(member))),
    resolved: yield* filtered(before, member => !keys.has(unresolvedKey(member))),
    total: now.length,
    reasons,
    members,
    warnings: unresolvedWarning({ unresolved: now.length, members, reasons }, users),
  };
}

/** Returns one member for each group and text, because there is one row for each. */
function* storableMembers(matches: readonly Match[], sources: Sources): Steps<UnresolvedMember[]> {
  const rows = new Map<string, UnresolvedMember>();
  for (const match of matches) {
    yield;
    yield* each(yield* unresolvedOf(match, sources), row => {
      const member = storable(row.member);
      rows.set(`${row.groupExternalId} ${member}`, member === row.member ? row : { ...row, member });
    });
  }
  return [...rows.values()];
}

function unresolvedKey({ groupExternalId, member, reason }: UnresolvedMember): string {
  return `${groupExternalId} ${reason} ${member}`;
}

/** Counts members by reason, the most frequent reason first. */
function* countReasons(members: readonly UnresolvedMember[]): Steps<Record<string, number>> {
  const groups = yield* grouped(members, member => member.reason);
  const counts = [...groups].map(([reason, of]) => [reason, of.length] as const);
  return Object.fromEntries(counts.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
}

function countMembers(matches: readonly Match[]): number {
  let members = 0;
  for (const { group } of matches.flatMap(match => match.target.sources))
    if (group.members.kind === 'complete')
      members += group.members.users.length + (group.members.stayers ?? 0) + group.members.unresolved.length;
  return members;
}
