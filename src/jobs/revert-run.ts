/** Takes back what a run did to members: look first, then do exactly what was looked at. */
import { RefusedError } from '../errors.ts';
import type { RevertedGroup, RevertPreview } from '../model/audit.ts';
import type { Approved, GroupChange } from '../model/plan.ts';
import type { DecisionRequest, Run } from '../model/run.ts';
import type { DirectorySettings } from '../model/settings.ts';
import type { IdSet } from '../model/snapshot.ts';
import { judge } from '../plan/guard/guard.ts';
import { planRevert } from '../plan/what-if/revert.ts';
import type { Database } from '../store/database/database.ts';
import { usernamesOf } from '../store/ownership/relink.ts';
import { type Decided, type Found, findDone, saveRevert } from '../store/revert/save.ts';
import { loadApproved } from '../store/runs/held.ts';
import { digestOf } from './planning/preview-digest.ts';

export interface RevertPorts {
  readonly db: Database;
  readonly directories: readonly DirectorySettings[];
}

/**
 * What taking a run back would do now. Throws NotFoundError when there is no such run, RefusedError
 * `directory_not_configured` when no guard can judge it.
 */
export async function previewRevert(ports: RevertPorts, reverts: number): Promise<RevertPreview> {
  const found = await findDone(ports.db, reverts);
  return describe(ports.db, reverts, found, decide(ports, found));
}

/**
 * Takes a run back where its groups are frozen or manual; what the guard holds waits for a person. With `digest`, only
 * what a preview showed. Throws what previewRevert throws, and RefusedError `plan_changed` and `precondition_failed`.
 */
export async function revertRun(
  ports: RevertPorts,
  reverts: number,
  { digest, ...act }: DecisionRequest,
): Promise<Run | undefined> {
  return saveRevert(ports.db, { reverts, ...act }, found => {
    const decided = decide(ports, found);
    if (digest === undefined || digest === revertDigest(reverts, decided)) return decided;
    const what = `what taking run ${reverts} back would do has changed`;
    throw new RefusedError('plan_changed', `${what} since you looked: look at it again`);
  });
}

/**
 * Applies what a person allows of the removals that a run holds which takes another back, as far as they are still due:
 * another such run (decision 17). Throws RefusedError when that can be decided no more.
 */
export async function approveRevert(ports: RevertPorts, held: Run, deciding: DecisionRequest): Promise<Run> {
  const { id, reverts, revertReason = deciding.reason } = held;
  if (reverts === undefined) throw new RefusedError('plan_changed', `run ${id} takes no other back`);
  const { groups } = deciding;
  const approved = await loadApproved(ports.db, { approves: id, ...(groups && { approvedGroups: groups }) });
  const wish = { reverts, by: deciding.by, reason: revertReason, approves: { run: id, deciding } };
  const run = await saveRevert(ports.db, wish, found => decide(ports, found, approved));
  if (run === undefined) throw new RefusedError('plan_changed', `run ${id} holds nothing any more`);
  return run;
}

function decide(
  { directories }: RevertPorts,
  { directory, done, totals }: Found,
  approved?: Approved,
): Decided {
  const settings = directories.find(({ name }) => name === directory);
  if (settings === undefined) {
    const why = `the configuration has no directory "${directory}", so nothing says how much its guard allows`;
    throw new RefusedError('directory_not_configured', why);
  }
  const plan = planRevert(directory, done, totals);
  return { plan, verdict: judge(plan, settings, { ...(approved && { approved }) }) };
}

function revertDigest(reverts: number, { plan }: Decided): string {
  const ids = (set: IdSet) => Array.from(set);
  return digestOf({
    reverts,
    groups: plan.changes.map(({ accessGroupId, add, remove }) => [accessGroupId, ids(add), ids(remove)]),
  });
}

async function describe(
  db: Database,
  reverts: number,
  { directory, done }: Found,
  decided: Decided,
): Promise<RevertPreview> {
  const { changes } = decided.plan;
  const names = await usernamesOf(db, new Set(changes.flatMap(({ add, remove }) => [...add, ...remove])));
  const held = new Set(decided.verdict.holds.map(hold => hold.change));
  return {
    reverts,
    directory,
    digest: revertDigest(reverts, decided),
    groups: changes.flatMap((change, index) =>
      change.kind === 'update' ? [groupOf(change, names, held.has(index))] : [],
    ),
    skipped: changes
      .filter(({ kind }) => kind === 'unknown')
      .map(({ team, name, reason = '', explanation = '' }) => ({ team, name, reason, explanation })),
    overtaken: done.reduce((sum, group) => sum + group.overtaken, 0),
    heldBecause: decided.verdict.reasons,
  };
}

function groupOf(change: GroupChange, names: ReadonlyMap<number, string>, held: boolean): RevertedGroup {
  const { accessGroupId = 0, team, name } = change;
  const sorted = (ids: IdSet) => Array.from(ids, id => names.get(id) ?? String(id)).sort();
  return { accessGroupId, team, name, add: sorted(change.add), remove: sorted(change.remove), held };
}
