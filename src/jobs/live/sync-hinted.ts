/** One hinted run: claim → read what changed → plan → guard → save → reconcile → record. It leaves a run only if it changes anything. */
import { DirectoryError } from '../../errors.ts';
import type { ManagedTotals } from '../../model/current.ts';
import type { Run } from '../../model/run.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { ExternalId } from '../../model/snapshot.ts';
import type { Hint, LoadMembers } from '../../model/watch.ts';
import { directoryState } from '../../store/current/directory-state.ts';
import { membersOf } from '../../store/current/hinted.ts';
import { claimHinted, dropRun } from '../../store/runs/claim-hinted.ts';
import { savedBatches } from '../../store/runs/lease.ts';
import { getRun } from '../../store/runs/request.ts';
import { savePlan } from '../../store/save/save-plan.ts';
import { planToSave } from '../plan-to-save.ts';
import { contextOf } from '../planning/decide.ts';
import { hintedEntries } from '../planning/hinted-entries.ts';
import { planRead, readAndLoad } from '../planning/plan-directory.ts';
import { applyPlan, type RunContext, type SyncPorts, underLease } from '../sync-directory.ts';
import { withoutHeld, writesAnything } from './left-out.ts';

/** The data that a hinted run reuses from the previous one. */
export interface HintedMemory {
  totals?: { readonly value: ManagedTotals; readonly countedAt: number };
}

/** The guard compares removals with the totals: a few seconds make no difference. */
const TOTALS_MS = 10_000;

export interface HintedOutcome {
  /** `busy`: another run is active or queued, so the hints must be tried again. */
  readonly kind: 'busy' | 'nothing' | 'changed';
  /** Why only a run of the whole directory can continue. */
  readonly whole?: string;
}

/**
 * Applies what follows from the hints. Removals that the guard would hold are left out: a run of the whole directory holds them.
 * Throws if the directory or the database cannot be read; then nothing was changed, or `resumeWork` continues the run.
 */
export async function syncHinted(
  ports: SyncPorts,
  settings: DirectorySettings,
  hints: readonly Hint[],
  signal: AbortSignal,
  memory: HintedMemory = {},
): Promise<HintedOutcome> {
  const { db } = ports;
  const run = await claimHinted(db, settings.name, ports);
  if (run === undefined) return { kind: 'busy' };
  const log = ports.log.child({ run: run.id, directory: run.directory });
  const context: RunContext = { ...ports, run, settings, signal, log };
  let whole: string | undefined;
  let batches: readonly number[] | undefined;
  try {
    const planned = await underLease(context, leased => planHinted(leased, hints, memory));
    ({ batches, whole } = planned);
  } catch (error) {
    batches = await afterHintedFailure(ports, run, error);
    if (error instanceof DirectoryError) whole = error.problem;
  }
  if (batches === undefined) {
    await dropRun(db, run.id, ports);
    return { kind: 'nothing', ...(whole && { whole }) };
  }
  const unfinished = await applyHinted({ ...ports, log }, run.id, batches);
  whole ??= unfinished;
  return { kind: 'changed', ...(whole && { whole }) };
}

/** Applies the plan. Returns why a run of the whole directory must repeat some of it. */
async function applyHinted(
  ports: SyncPorts,
  run: number,
  batches: readonly number[],
): Promise<string | undefined> {
  await applyPlan(ports, run, batches);
  const { counts } = (await getRun(ports.db, run)) ?? {};
  const failed = counts?.applied?.failed ?? 0;
  return failed > 0 ? `groups that could not be changed: ${failed}` : undefined;
}

/** Returns the batches if the plan is saved although its answer was lost; undefined if only a whole run can continue. */
async function afterHintedFailure(
  { db, owner }: SyncPorts,
  run: Run,
  error: unknown,
): Promise<readonly number[] | undefined> {
  const isDropped = await dropRun(db, run.id, { owner });
  const batches = isDropped ? undefined : await savedBatches(db, run.id);
  if (batches !== undefined) return batches;
  if (error instanceof DirectoryError && error.code === 'whole_read_needed') return undefined;
  throw error;
}

async function planHinted(
  context: RunContext,
  hints: readonly Hint[],
  memory: HintedMemory,
): Promise<Omit<HintedOutcome, 'kind'> & { readonly batches?: readonly number[] }> {
  const { db, run, settings, signal } = context;
  const last = await directoryState(db, run.directory);
  if (last?.lastCompleteAt === undefined) return { whole: 'the directory was not read completely yet' };
  const options = {
    signal,
    hinted: hintedEntries(db, run.directory, hints),
    loadMembers: loadOnce(groups => membersOf(db, run.directory, groups)),
  };
  const input = await readAndLoad(context, settings, last, { ...options, totals: totalsIn(memory) });
  if (totalsIn(memory) === undefined)
    memory.totals = { value: input.current.totals, countedAt: performance.now() };
  if (input.snapshot.groups.length === 0) return {};
  const { changed, unconfirmed } = contextOf(input);
  if (unconfirmed) return { whole: 'the first run is not approved yet' };
  const [reason] = changed?.reasons ?? [];
  if (reason !== undefined) return { whole: reason };
  const planned = await planRead(context.readDirectory, input, options);
  const [held] = planned.verdict.reasons;
  const applied = withoutHeld(planned);
  signal.throwIfAborted();
  const whole = held === undefined ? {} : { whole: held };
  if (!writesAnything(applied.plan, input.current)) return whole;
  return { ...whole, batches: await savePlan(db, planToSave(context, applied, false)) };
}

/** A second look reads some of the same groups. No other run of the directory changes their members meanwhile. */
function loadOnce(load: LoadMembers): LoadMembers {
  const loaded = new Set<ExternalId>();
  let members: ReturnType<LoadMembers> | undefined;
  return groups => {
    if (members !== undefined && groups.every(id => loaded.has(id))) return members;
    loaded.clear();
    for (const id of groups) loaded.add(id);
    members = load(groups);
    return members;
  };
}

function totalsIn({ totals }: HintedMemory): ManagedTotals | undefined {
  const isNew = totals !== undefined && performance.now() - totals.countedAt < TOTALS_MS;
  return isNew ? totals.value : undefined;
}
