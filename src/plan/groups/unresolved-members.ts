/** Member values that lead to nobody: which are new, which are over, and whether they are so many that something is wrong. */
import type { CurrentState, UnresolvedMember } from '../../model/current.ts';
import type { PlanCounts } from '../../model/plan.ts';
import type { UserSettings } from '../../model/settings.ts';
import { each, filtered, grouped, mapped, type Steps } from '../../steps/steps.ts';
import { storable } from '../../text/storable.ts';
import { describeLost } from '../report/describe-plan.ts';
import { type Sources, unresolvedOf } from './group-change.ts';
import type { Match } from './match-groups.ts';
import type { Absent } from './missing-groups.ts';

export interface Unresolved {
  readonly appeared: readonly UnresolvedMember[];
  readonly resolved: readonly UnresolvedMember[];
  readonly total: number;
  /** Of all members of the claims. */
  readonly members: number;
  /** How many of `total` by their reason. */
  readonly reasons: NonNullable<PlanCounts['reasons']>;
  readonly warnings: readonly string[];
}

/** Of the claims that were read, and of groups that are gone, against what is remembered of them. */
export function* diffUnresolved(
  { claims, absent }: { readonly claims: readonly Match[]; readonly absent: Absent },
  current: CurrentState,
  sources: Sources,
  users: UserSettings,
): Steps<Unresolved> {
  const now = yield* storableMembers(claims, sources);
  const planned = new Set(claims.flatMap(claim => claim.target.sources.map(source => source.externalId)));
  const retired = absent.changes.filter(change => change.kind === 'retire').flatMap(change => change.sources);
  for (const externalId of [...absent.forgotten, ...retired]) planned.add(externalId);
  const before = yield* filtered(current.unresolved, member => planned.has(member.groupExternalId));
  const keys = new Set(yield* mapped(now, unresolvedKey));
  const oldKeys = new Set(yield* mapped(before, unresolvedKey));
  const reasons = yield* countReasons(now);
  const members = countMembers(claims);
  return {
    appeared: yield* filtered(now, member => !oldKeys.has(unresolvedKey(member))),
    resolved: yield* filtered(before, member => !keys.has(unresolvedKey(member))),
    total: now.length,
    reasons,
    members,
    warnings: describeLost({ unresolved: now.length, members, reasons }, users),
  };
}

/** One for each group and text, because a row is. */
function* storableMembers(claims: readonly Match[], sources: Sources): Steps<UnresolvedMember[]> {
  const rows = new Map<string, UnresolvedMember>();
  for (const claim of claims) {
    yield;
    yield* each(yield* unresolvedOf(claim, sources), row => {
      const member = storable(row.member);
      rows.set(`${row.groupExternalId} ${member}`, member === row.member ? row : { ...row, member });
    });
  }
  return [...rows.values()];
}

function unresolvedKey({ groupExternalId, member, reason }: UnresolvedMember): string {
  return `${groupExternalId} ${reason} ${member}`;
}

/** The most frequent first. */
function* countReasons(members: readonly UnresolvedMember[]): Steps<Record<string, number>> {
  const groups = yield* grouped(members, member => member.reason);
  const counts = [...groups].map(([reason, of]) => [reason, of.length] as const);
  return Object.fromEntries(counts.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
}

function countMembers(claims: readonly Match[]): number {
  let members = 0;
  for (const { group } of claims.flatMap(claim => claim.target.sources))
    if (group.members.kind === 'complete')
      members += group.members.users.length + group.members.unresolved.length;
  return members;
}
