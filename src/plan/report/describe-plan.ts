/** Describes plans in words, for the terminal and the log. */
import type { GroupChange, Hold, Plan, PlanCounts, Verdict } from '../../model/plan.ts';
import type { ShadowChange, ShadowCounts, ShadowDrift } from '../../model/run.ts';
import type { UserSettings } from '../../model/settings.ts';

const MARKS: Readonly<Record<GroupChange['kind'], string>> = {
  create: '+',
  rename: '~',
  update: '~',
  missing: '?',
  retire: '-',
  conflict: '!',
  unknown: '!',
  doubt: '?',
};

/** Describes a plan, one line for each group, in the order of the plan. Names no member. */
export function describePlan(plan: Plan, verdict: Verdict, shadow?: ShadowDrift): string[] {
  const held = new Map(verdict.holds.map(hold => [hold.change, hold]));
  return [
    ...plan.newTeams.map(slug => `+ team ${slug}`),
    ...describeChanges(plan.changes, held),
    ...plan.warnings.map(warning => `warning: ${warning}`),
    ...verdict.reasons.map(reason => `held: ${reason}`),
    ...describePeople(plan.counts),
    ...(shadow === undefined ? [] : shadowLines(shadow)),
    describeCounts(plan.counts),
  ];
}

function shadowLines(shadow: ShadowDrift): string[] {
  const lines = describeChanges(shadow.changes, new Map());
  return [...lines.map(line => `shadow: ${line}`), describeShadow(shadowCounts(shadow))];
}

/** The application may send mail to each user who is added to a group: thousands at once after a first sync. */
function describePeople({ people, add }: PlanCounts): string[] {
  if (people === 0) return [];
  return [
    `${people} people would be added (${add} memberships); the application may send mail to each of them`,
  ];
}

/** Writes a line for each change. Conflicts and unknown groups with the same text share one line. */
function describeChanges(changes: readonly GroupChange[], held: ReadonlyMap<number, Hold>): string[] {
  const lines = new Map<string, { readonly line: string; readonly dns: string[] }>();
  for (const [index, change] of changes.entries()) {
    const line = describeChange(change, held.get(index));
    const together = change.kind === 'conflict' || (change.kind === 'unknown' && change.name !== '');
    const key = together ? line : `${index} ${line}`;
    const same = lines.get(key);
    if (same === undefined) lines.set(key, { line, dns: change.reason === undefined ? [] : [change.dn] });
    else same.dns.push(change.dn);
  }
  return [...lines.values()].map(({ line, dns }) => [line, ...dns.map(dn => `"${dn}"`)].join(', '));
}

function describeChange(change: GroupChange, hold: Hold | undefined): string {
  const place = [change.team, change.name].filter(part => part !== '').join('/');
  const parts = [`${MARKS[change.kind]} ${change.kind} ${place}`.trimEnd()];
  if (change.previousName !== undefined) parts.push(`was ${change.previousName}`);
  if (change.add.length > 0) parts.push(`+${change.add.length} members`);
  if (change.remove.length > 0) parts.push(`-${change.remove.length} members`);
  if (change.kept !== undefined)
    parts.push(`${change.kept.length} ${change.kept.length === 1 ? 'member stays' : 'members stay'}`);
  if (change.deleteGroup === true) parts.push('deleted');
  if (change.withheld !== undefined) parts.push('1 removal withheld');
  if (hold !== undefined) parts.push(`${change.kind === 'missing' ? '' : 'removals '}held: ${hold.reason}`);
  if (change.reason !== undefined) parts.push(change.reason);
  if (change.explanation !== undefined) parts.push(change.explanation);
  return parts.join(', ');
}

/** Writes one line of totals, without the kinds that do not occur. */
export function describeCounts(counts: PlanCounts): string {
  const groups = [
    [counts.create, 'to create'],
    [counts.rename, 'to rename'],
    [counts.update, 'to update'],
    [counts.retire, 'to retire'],
    [counts.missing, 'missing'],
    [counts.conflict, 'in conflict'],
    [counts.unknown, 'unknown'],
    [counts.frozen, 'frozen'],
    [counts.outOfScope, 'out of scope'],
    [counts.unchanged, 'unchanged'],
  ] as const;
  const shown = groups.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const doubts = counts.doubts > 0 ? `, ${counts.doubts} in doubt` : '';
  const reasons = counts.reasons === undefined ? '' : ` (${describeReasons(counts.reasons)})`;
  const unresolved = `${counts.unresolved} unresolved${reasons}`;
  const members = `members: ${counts.add} to add, ${counts.remove} to remove, ${unresolved}${doubts}`;
  return `groups: ${shown.length === 0 ? 'none' : shown.join(', ')}; ${members}`;
}

/** Warns if more than half of the members match no local user: the cause is then probably the configuration. */
export function unresolvedWarning(
  { unresolved, members, reasons = {} }: Pick<PlanCounts, 'unresolved' | 'members' | 'reasons'>,
  { username, baseDn, filter }: Pick<UserSettings, 'username' | 'baseDn' | 'filter'>,
): string[] {
  if (members === undefined || unresolved * 2 <= members) return [];
  const where = `users.username (${username}), users.baseDn ("${baseDn}") and users.filter (${filter})`;
  return [
    `${unresolved} of ${members} members match no local user (${describeReasons(reasons)}): check ${where}`,
  ];
}

/** "24 ambiguous_user, 2 dangling_dn". */
function describeReasons(reasons: Readonly<Record<string, number>>): string {
  return Object.entries(reasons)
    .map(([reason, count]) => `${count} ${reason}`)
    .join(', ');
}

/** The numbers of what waits behind `shadow`. */
export function shadowCounts({ changes }: Pick<ShadowDrift, 'changes'>): ShadowCounts {
  const groups = changes.filter(({ kind }) => ['create', 'rename', 'update', 'retire'].includes(kind)).length;
  const sum = (of: (change: ShadowChange) => number) => changes.reduce((all, change) => all + of(change), 0);
  return {
    groups,
    add: sum(({ add }) => add.length),
    remove: sum(({ remove }) => remove.length),
    held: sum(({ held }) => held),
  };
}

/** "in shadow: 2 groups would change, +3 -1 members". */
export function describeShadow({ groups, add, remove, held }: ShadowCounts): string {
  const waits = held > 0 ? `, ${held} removals held` : '';
  return `in shadow: ${groups} groups would change, +${add} -${remove} members${waits}`;
}

/** Whether the plan would change an AccessGroup, its settings or its members. */
export function isPending(plan: Plan): boolean {
  const { create, rename, update, retire, add, remove } = plan.counts;
  return plan.newTeams.length + create + rename + update + retire + add + remove > 0;
}
