/** Read and load, then decide, then confirm. Writes nothing: a dry run is this and no more. */
import { DirectoryError } from '../../errors.ts';
import type { Approved, Plan } from '../../model/plan.ts';
import type { Planned } from '../../model/run.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import { judgeSteps } from '../../plan/guard/guard.ts';
import { prepare } from '../../plan/lookup-request.ts';
import { isPending } from '../../plan/report/describe-plan.ts';
import { inTurns } from '../../steps/in-turns.ts';
import { directoryState, type LastState } from '../../store/current/directory-state.ts';
import { loadCurrent } from '../../store/current/load-current.ts';
import { keptPosition } from './config-digest.ts';
import { confirmRemovals } from './confirm-removals.ts';
import { planWith } from './confirmation-context.ts';
import { contextOf, type DecideInput } from './decide.ts';
import { findDoubted } from './find-doubted.ts';
import type { PlanPorts, ReadDirectory, ReadOptions } from './plan-ports.ts';

interface PlanOptions extends ReadOptions {
  /** What a person has allowed: the guard lets it pass. */
  readonly approved?: Approved | undefined;
}

export interface ReadInput extends DecideInput {
  /** Every server was behind the last complete read: what this read shows is applied only if it is nothing new. */
  readonly behind?: DirectoryError;
}

/** What a sync of this directory would do now. Throws what readAndLoad and planRead throw. */
export async function planDirectory(
  ports: PlanPorts,
  settings: DirectorySettings,
  options: PlanOptions = {},
): Promise<Planned> {
  const last = await directoryState(ports.db, settings.name);
  const input = await readAndLoad(ports, settings, last, options);
  return planRead(ports.readDirectory, input, options);
}

/** Reads the directory, and loads what the database holds about it. Throws DirectoryError when it cannot be read whole. */
export async function readAndLoad(
  { db, readDirectory }: PlanPorts,
  settings: DirectorySettings,
  last: LastState | undefined,
  { approved, ...options }: PlanOptions,
): Promise<ReadInput> {
  const { snapshot, behind } = await readSince(keptPosition(settings, last?.position));
  const prepared = await inTurns(prepare(snapshot, settings), { signal: options.signal });
  const current = await loadCurrent(db, settings.name, prepared.wanted);
  return { snapshot, prepared, current, settings, approved, ...(behind && { behind }) };

  async function readSince(position: string | undefined): Promise<Pick<ReadInput, 'snapshot' | 'behind'>> {
    if (position === undefined) return { snapshot: await readDirectory(settings, options) };
    try {
      return { snapshot: await readDirectory(settings, { ...options, position }) };
    } catch (error) {
      if (!(error instanceof DirectoryError) || error.code !== 'server_behind') throw error;
      // A server that lost its newest change marker in a crash is behind, too. Where it shows what is applied, nothing is lost.
      return { snapshot: await readDirectory(settings, options), behind: error };
    }
  }
}

/**
 * Plans, reads once more what removals rest on, and judges the plan that is left. Throws what `contextOf` throws, and
 * DirectoryError where every server is behind and the plan would change anything.
 */
export async function planRead(
  readDirectory: ReadDirectory,
  input: ReadInput,
  options: ReadOptions = {},
): Promise<Planned> {
  const context = contextOf(input);
  const look = { readDirectory, input, context, options };
  const first = await planWith(look, input.snapshot);
  const { snapshot, plan } = await confirmRemovals(look, await findDoubted(look, first));
  if (input.behind !== undefined && isNews(plan)) throw input.behind;
  const verdict = await inTurns(judgeSteps(plan, input.settings, context), { signal: options.signal });
  return { snapshot, plan, verdict };
}

/** Whether a plan would change anything, or sees less than what is known. */
function isNews(plan: Plan): boolean {
  const { missing, unknown, doubts } = plan.counts;
  return isPending(plan) || missing + unknown + doubts + plan.newUsers.length > 0;
}
