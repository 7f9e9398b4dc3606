/**
 * Compares the times of the last changes of groups with those on record. A server that lags shows a group as it was, so that its
 * newest members seem to be removed. A change that removes a member makes the group, or one of its nested groups, newer.
 */
import type { CurrentState } from '../../model/current.ts';
import type { EntryChange, Snapshot } from '../../model/snapshot.ts';
import { withNested } from '../doubt/former-causes.ts';
import type { Outcome } from './group-change.ts';
import type { Match } from './match-groups.ts';
import type { Source } from './target.ts';

type Known = Pick<CurrentState, 'changes'>;

/**
 * Whether one of these groups or of their nested groups is older than on record, and none is newer. A server of Active Directory
 * sets the time when it applies a change, so servers can show different times for the same state.
 */
export function areOlder(groups: readonly Source[], snapshot: Snapshot, { changes: before }: Known): boolean {
  const pairs = changesIn(groups, snapshot).map(({ externalId, changedAt: now }) => ({
    before: before?.get(externalId) ?? now,
    now,
  }));
  return pairs.some(each => each.now < each.before) && !pairs.some(each => each.now > each.before);
}

/** Whether the server shows one of these groups or of their nested groups with a change that its marker does not cover yet. */
export function areAhead(groups: readonly Source[], snapshot: Snapshot): boolean {
  const { ahead } = snapshot;
  if (ahead === undefined || ahead.size === 0) return false;
  return dnsOf(groups, snapshot).some(dn => ahead.has(dn));
}

/**
 * Returns the changes to record, of all groups that were judged. If removals wait because a group may be older, its record
 * stays as it is.
 */
export function entryChanges(
  decided: readonly (Outcome & { readonly match: Match })[],
  snapshot: Snapshot,
  { changes: before }: Known,
): EntryChange[] {
  const judged = decided.filter(each => each.judged !== undefined);
  const waiting = judged.filter(each => each.judged?.doubts.some(({ kind }) => kind === 'other_server'));
  const sourcesOf = (some: typeof decided) => some.flatMap(({ match }) => match.target.sources);
  const kept = new Set(changesIn(sourcesOf(waiting), snapshot).map(({ externalId }) => externalId));
  return changesIn(sourcesOf(judged), snapshot).filter(
    ({ externalId, changedAt }) => !kept.has(externalId) && before?.get(externalId) !== changedAt,
  );
}

function changesIn(groups: readonly Source[], snapshot: Snapshot): EntryChange[] {
  const { changes } = snapshot;
  if (changes === undefined) return [];
  return dnsOf(groups, snapshot).flatMap(dn => changes.get(dn) ?? []);
}

function dnsOf(groups: readonly Source[], snapshot: Snapshot): string[] {
  return withNested(
    groups.map(({ group }) => group),
    snapshot,
  );
}
