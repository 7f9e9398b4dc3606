/** Member values that lead to nobody: which are new, which are over, and whether they are so many that something is wrong. */
import type { CurrentState, UnresolvedMember } from '../model-current.ts';
import type { PlanCounts } from '../model-plan.ts';
import type { UserSettings } from '../settings.ts';
import { storable } from '../storable.ts';
import type { Absent } from './absent.ts';
import { type Sources, unresolvedOf } from './change.ts';
import type { Claim } from './claim.ts';
import { describeReasons } from './describe.ts';

export interface Unresolved {
  readonly appeared: readonly UnresolvedMember[];
  readonly resolved: readonly UnresolvedMember[];
  readonly total: number;
  /** How many of `total` by their reason. */
  readonly reasons: NonNullable<PlanCounts['reasons']>;
  readonly warnings: readonly string[];
}

/** Of the claims that were read, and of groups that are gone, against what is remembered of them. */
export function diffUnresolved(
  { claims, absent }: { readonly claims: readonly Claim[]; readonly absent: Absent },
  current: CurrentState,
  sources: Sources,
  users: UserSettings,
): Unresolved {
  const now = storableMembers(claims.flatMap(claim => unresolvedOf(claim, sources)));
  const planned = new Set(claims.flatMap(claim => claim.target.sources.map(source => source.externalId)));
  const retired = absent.changes.filter(change => change.kind === 'retire').flatMap(change => change.sources);
  for (const externalId of [...absent.forgotten, ...retired]) planned.add(externalId);
  const before = current.unresolved.filter(member => planned.has(member.groupExternalId));
  const keys = new Set(now.map(unresolvedKey));
  const oldKeys = new Set(before.map(unresolvedKey));
  const reasons = countReasons(now);
  return {
    appeared: now.filter(member => !oldKeys.has(unresolvedKey(member))),
    resolved: before.filter(member => !keys.has(unresolvedKey(member))),
    total: now.length,
    reasons,
    warnings: warningsOf(claims, reasons, now.length, users),
  };
}

/** One for each group and text, because a row is. */
function storableMembers(members: readonly UnresolvedMember[]): UnresolvedMember[] {
  const rows = new Map<string, UnresolvedMember>();
  for (const each of members) {
    const member = storable(each.member);
    rows.set(`${each.groupExternalId} ${member}`, member === each.member ? each : { ...each, member });
  }
  return [...rows.values()];
}

function unresolvedKey({ groupExternalId, member, reason }: UnresolvedMember): string {
  return `${groupExternalId} ${reason} ${member}`;
}

/** The most frequent first. */
function countReasons(members: readonly UnresolvedMember[]): Record<string, number> {
  const counts = [...Map.groupBy(members, member => member.reason)].map(
    ([reason, of]) => [reason, of.length] as const,
  );
  return Object.fromEntries(counts.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
}

function warningsOf(
  claims: readonly Claim[],
  reasons: Readonly<Record<string, number>>,
  lost: number,
  { username, baseDn, filter }: UserSettings,
): string[] {
  let members = 0;
  for (const source of claims.flatMap(claim => claim.target.sources)) {
    const { members: read } = source.group;
    if (read.kind === 'complete') members += read.users.length + read.unresolved.length;
  }
  if (lost * 2 <= members) return [];
  const where = `users.username (${username}), users.baseDn ("${baseDn}") and users.filter (${filter})`;
  return [
    `${lost} of ${members} members lead to no local user (${describeReasons(reasons)}): check ${where}`,
  ];
}
