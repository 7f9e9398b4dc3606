/** Reads and loads, plans, confirms removals, and judges. Writes nothing: `rollcall plan` is exactly this. */
import { DirectoryError } from '../../errors.ts';
import type { CurrentState, ManagedTotals } from '../../model/current.ts';
import type { Approved, Plan } from '../../model/plan.ts';
import type { Planned, ShadowDrift } from '../../model/run.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { judgeSteps } from '../../plan/guard/guard.ts';
import { prepare } from '../../plan/lookup-request.ts';
import { openQuestion } from '../../plan/open-question.ts';
import { isPending } from '../../plan/report/describe-plan.ts';
import { hasAllMapped } from '../../plan/sets/coverage.ts';
import { hasShadow, shadowDrift, withoutShadow } from '../../plan/shadow.ts';
import { inTurns } from '../../steps/in-turns.ts';
import { directoryState, type LastState } from '../../store/current/directory-state.ts';
import { loadCurrent } from '../../store/current/load-current.ts';
import { configDigest, keptPosition } from './config-digest.ts';
import { confirmRemovals } from './confirm-removals.ts';
import { planWith } from './confirmation-context.ts';
import { contextOf, type DecideInput } from './decide.ts';
import { entriesOfRun } from './hinted-entries.ts';
import { mappedEntries } from './mapped-entries.ts';
import type { PlanPorts, ReadDirectory, ReadOptions } from './plan-ports.ts';
import { searchByIdentity } from './search-by-identity.ts';
import { withoutStayers } from './without-stayers.ts';

interface PlanOptions extends ReadOptions {
  /** The removals that an operator approved: the guard lets them pass. */
  readonly approved?: Approved | undefined;
  /** The totals, if they were counted recently, because counting takes longer than the rest of a small run. */
  readonly totals?: ManagedTotals | undefined;
}

interface ClockedPorts extends PlanPorts {
  readonly now: () => Date;
}

export interface ReadInput extends DecideInput {
  /** Set if every server was behind the last complete read: a plan that changes anything is refused. */
  readonly behind?: DirectoryError;
}

/** Returns what a sync of this directory, or of one person, would do now. Throws what readAndLoad and planRead throw. */
export async function planDirectory(
  ports: ClockedPorts,
  settings: DirectorySettings,
  { user, ...others }: PlanOptions & { readonly user?: string } = {},
): Promise<Planned> {
  const { db } = ports;
  const hinted = await entriesOfRun(db, settings.name, { user, group: others.group });
  const options = { ...others, ...(hinted && { hinted }) };
  const last = await directoryState(db, settings.name);
  return readAndPlan(ports, settings, last, options);
}

/**
 * Plans from the mapped groups alone, if they refer to few of the people in the directory. If that leaves a question open, reads
 * and plans everything. `onRead` is called after each read. Throws what readAndLoad and planRead throw.
 */
export async function readAndPlan(
  ports: ClockedPorts,
  settings: DirectorySettings,
  last: LastState | undefined,
  options: PlanOptions,
  onRead: (snapshot: Snapshot) => Promise<unknown> = async () => {},
): Promise<Planned> {
  const planFrom = async (more: Pick<ReadOptions, 'mapped'>) => {
    const input = await readAndLoad(ports, settings, last, { ...options, ...more });
    await onRead(input.snapshot);
    const planned = await planRead(ports.readDirectory, input, options);
    return { ...planned, referenced: input.prepared.referenced.length };
  };
  const isPartial = options.group !== undefined || options.hinted !== undefined;
  const mayBeMapped = !isPartial && options.approved === undefined && !hasShadow(settings);
  const mapped = mayBeMapped ? mappedEntries(ports.db, settings, last, ports.now()) : undefined;
  const first = await planFrom(mapped === undefined ? {} : { mapped });
  const open = first.snapshot.allMapped === true ? openQuestion(first) : undefined;
  if (open === undefined) return first;
  const { snapshot, ...planned } = await planFrom({});
  return { ...planned, snapshot: { ...snapshot, counts: { ...snapshot.counts, open } } };
}

/** Reads the directory and loads its current state. Throws DirectoryError if the read is incomplete. */
export async function readAndLoad(
  { db, readDirectory }: PlanPorts,
  settings: DirectorySettings,
  last: LastState | undefined,
  { approved, totals, ...options }: PlanOptions,
): Promise<ReadInput> {
  const position = keptPosition(settings, last?.position);
  const read = await readAndPrepare(readDirectory, settings, position, options);
  const current = await loadCurrent(db, settings.name, { ...read.prepared.wanted, totals });
  return { ...read, current, settings, approved };
}

async function readAndPrepare(
  readDirectory: ReadDirectory,
  settings: DirectorySettings,
  position: string | undefined,
  options: ReadOptions,
): Promise<Pick<ReadInput, 'snapshot' | 'prepared' | 'behind'>> {
  const { read, behind } = await readSince(position, from =>
    readDirectory(settings, from === undefined ? options : { ...options, position: from }),
  );
  const snapshot = withoutStayers(read, read.stayers);
  const prepared = await inTurns(prepare(snapshot, settings), { signal: options.signal });
  return { snapshot, prepared, ...(behind && { behind }) };
}

/** Plans from everything in the directory and a state that was loaded earlier. Throws what readAndPlan throws. */
export async function planWithState(
  readDirectory: ReadDirectory,
  settings: DirectorySettings,
  { current, position }: { readonly current: () => CurrentState; readonly position: string | undefined },
): Promise<Planned> {
  const read = await readAndPrepare(readDirectory, settings, position, {});
  return planRead(readDirectory, { ...read, current: current(), settings });
}

/** Reads from a server that is not behind this position; if all are, from one that is, and returns the error too. */
export async function readSince<Read>(
  position: string | undefined,
  read: (position: string | undefined) => Promise<Read>,
): Promise<{ readonly read: Read; readonly behind?: DirectoryError }> {
  try {
    return { read: await read(position) };
  } catch (error) {
    if (!(error instanceof DirectoryError) || error.code !== 'server_behind') throw error;
    // A server that lost its newest change marker in a crash also counts as behind. If its read changes nothing, it is used.
    return { read: await read(undefined), behind: error };
  }
}

/**
 * Plans, confirms the removals by reading again, and judges the resulting plan. Throws what `contextOf` throws, and
 * DirectoryError if every server is behind and the plan would change anything.
 */
export async function planRead(
  readDirectory: ReadDirectory,
  input: ReadInput,
  options: ReadOptions = {},
): Promise<Planned> {
  const planned = await planOnce(readDirectory, input, options);
  if (!hasShadow(input.settings) || !hasAllMapped(input.snapshot)) return planned;
  return { ...planned, shadow: await planShadow(readDirectory, input, options) };
}

/** Plans the first run without `shadow`: for the guard, the configuration has changed since the run before. */
async function planShadow(
  readDirectory: ReadDirectory,
  input: ReadInput,
  options: ReadOptions,
): Promise<ShadowDrift> {
  const { snapshot, current, settings } = input;
  const lastRead = current.lastRead && { ...current.lastRead, configDigest: configDigest(settings) };
  const live = { ...input, current: { ...current, lastRead }, settings: withoutShadow(settings) };
  return shadowDrift(await planOnce(readDirectory, live, options), snapshot, current, settings);
}

async function planOnce(
  readDirectory: ReadDirectory,
  input: ReadInput,
  options: ReadOptions,
): Promise<Planned> {
  const context = contextOf(input);
  const confirmation = { readDirectory, input, context, options };
  const first = await planWith(confirmation, input.snapshot);
  const { snapshot, plan } = await confirmRemovals(confirmation, await searchByIdentity(confirmation, first));
  if (input.behind !== undefined && differsFromCurrent(plan)) throw input.behind;
  const verdict = await inTurns(judgeSteps(plan, input.settings, context), { signal: options.signal });
  return { snapshot, plan, verdict };
}

/** Whether a plan would change anything, or contains less than the current state. */
function differsFromCurrent(plan: Plan): boolean {
  const { missing, unknown, doubts } = plan.counts;
  return isPending(plan) || missing + unknown + doubts + plan.newUsers.length > 0;
}
