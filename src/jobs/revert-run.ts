/** Reverts what a run did to members: previews the changes, then makes exactly the previewed changes. */
import { RefusedError } from '../errors.ts';
import type { RevertedGroup, RevertPreview } from '../model/audit.ts';
import type { Approved, GroupChange } from '../model/plan.ts';
import type { DecisionRequest, Run } from '../model/run.ts';
import type { DirectorySettings } from '../model/settings.ts';
import type { IdSet } from '../model/snapshot.ts';
import { judge } from '../plan/guard/guard.ts';
import { planRevert } from '../plan/what-if/revert.ts';
import { usernamesOf } from '../store/current/people.ts';
import type { Database } from '../store/database/database.ts';
import { type Decided, type Found, findDone, saveRevert } from '../store/revert/save.ts';
import { loadApproved } from '../store/runs/held.ts';
import { digestOf, requireSameDigest } from './planning/preview-digest.ts';

export interface RevertPorts {
  readonly db: Database;
  readonly directories: readonly DirectorySettings[];
}

/**
 * Returns what reverting a run would do now. Throws NotFoundError if the run does not exist, and RefusedError
 * `directory_not_configured` if no guard is configured for it.
 */
export async function previewRevert(ports: RevertPorts, reverts: number): Promise<RevertPreview> {
  const found = await findDone(ports.db, reverts);
  return describe(ports.db, reverts, found, decide(ports, found));
}

/**
 * Reverts a run in the groups that are frozen or manual. Removals that the guard holds wait for an approval. With
 * `digest`, makes only what the preview showed. Throws what previewRevert throws, and RefusedError `plan_changed` and
 * `precondition_failed`.
 */
export async function revertRun(
  ports: RevertPorts,
  reverts: number,
  { digest, ...act }: DecisionRequest,
): Promise<Run | undefined> {
  return saveRevert(ports.db, { reverts, ...act }, found => {
    const decided = decide(ports, found);
    requireSameDigest(revertDigest(reverts, decided), digest, `reverting run ${reverts}`);
    return decided;
  });
}

/**
 * Applies the approved removals of a held revert, as far as they are still due, in another revert (decision 17). Throws
 * RefusedError if the held run can no longer be decided.
 */
export async function approveRevert(ports: RevertPorts, held: Run, deciding: DecisionRequest): Promise<Run> {
  const { id, reverts, revertReason = deciding.reason } = held;
  if (reverts === undefined) throw new RefusedError('plan_changed', `run ${id} does not revert another run`);
  const { groups } = deciding;
  const approved = await loadApproved(ports.db, { approves: id, ...(groups && { approvedGroups: groups }) });
  const request = { reverts, by: deciding.by, reason: revertReason, approves: { run: id, deciding } };
  const run = await saveRevert(ports.db, request, found => decide(ports, found, approved));
  if (run === undefined) throw new RefusedError('plan_changed', `run ${id} no longer holds any removal`);
  return run;
}

function decide(
  { directories }: RevertPorts,
  { directory, done, totals }: Found,
  approved?: Approved,
): Decided {
  const settings = directories.find(({ name }) => name === directory);
  if (settings === undefined) {
    const why = `the configuration has no directory "${directory}", so its guard has no limits`;
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
