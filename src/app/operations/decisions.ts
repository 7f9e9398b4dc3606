/** Decisions about held runs, for the API and the commands `approve` and `reject`. */
import { messageOf } from '../../errors.ts';
import { approveRevert } from '../../jobs/revert-run.ts';
import type { Log } from '../../log.ts';
import type { DecisionRequest, Run, RunGroup } from '../../model/run.ts';
import type { Settings } from '../../model/settings.ts';
import { openQueue } from '../../queue/task-queue.ts';
import { approveRun, rejectRun } from '../../store/runs/decide.ts';
import { getRun, runGroups } from '../../store/runs/request.ts';
import type { AppContext } from '../context.ts';
import { openRecords } from './database.ts';

/** The operations of one command. `approve` and `reject` throw RefusedError if the run can no longer be decided. */
export interface Decisions extends AsyncDisposable {
  getRun(id: number): Promise<Run | undefined>;
  runGroups(id: number): Promise<readonly RunGroup[]>;
  /** Returns the queued run that applies the approved changes. */
  approve(id: number, decision: DecisionRequest): Promise<Run>;
  /** Returns the closed run. */
  reject(id: number, decision: DecisionRequest): Promise<Run>;
}

/** Opens database and queue. Throws UnavailableError if one of them does not answer. */
export async function openDecisions(settings: Settings, log: Log): Promise<Decisions> {
  await using stack = new AsyncDisposableStack();
  const { db } = stack.use(await openRecords(settings));
  const queue = stack.adopt(await openQueue(settings, log), opened => opened.close());
  const kept = stack.move();
  return {
    getRun: id => getRun(db, id),
    runGroups: id => runGroups(db, id),
    approve: (id, decision) => approve({ settings, db, queue, log }, id, decision),
    reject: (id, decision) => rejectRun(db, id, decision),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Approves a held run and queues the run that applies it. An approved revert is applied at once. */
export async function approve(
  context: Pick<AppContext, 'settings' | 'db' | 'queue' | 'log'>,
  id: number,
  decision: DecisionRequest,
): Promise<Run> {
  const held = await getRun(context.db, id);
  if (held?.reverts !== undefined) {
    return approveRevert({ db: context.db, directories: context.settings.directories }, held, decision);
  }
  const { run } = await approveRun(context.db, id, decision);
  await enqueueStoredRun(context, run.id);
  return run;
}

/** Enqueues a stored run. If the queue does not answer, a scheduler enqueues the run later. */
export async function enqueueStoredRun(
  { queue, log }: Pick<AppContext, 'queue' | 'log'>,
  run: number,
): Promise<void> {
  try {
    await queue.enqueueRun(run);
  } catch (error) {
    log.warn(
      { run, reason: messageOf(error) },
      'the queue is unavailable; a scheduler will enqueue the run later',
    );
  }
}
