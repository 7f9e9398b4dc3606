/** Decisions about held runs: what the API and the commands `approve` and `reject` do. */
import { messageOf } from '../errors.ts';
import { approveRevert } from '../jobs/revert-run.ts';
import type { Log } from '../log.ts';
import { openQueue } from '../queue/queue.ts';
import type { Deciding, Run, RunGroup } from '../run.ts';
import type { Settings } from '../settings.ts';
import { approveRun, rejectRun } from '../store/decide.ts';
import { getRun, runGroups } from '../store/runs.ts';
import type { Parts } from './parts.ts';
import { openRecords } from './records.ts';

/** A person at a terminal who decides. Both throw RefusedError when the run can no longer be decided. */
export interface Decisions extends AsyncDisposable {
  getRun(id: number): Promise<Run | undefined>;
  runGroups(id: number): Promise<readonly RunGroup[]>;
  /** Returns the queued run that applies what was approved. */
  approve(id: number, deciding: Deciding): Promise<Run>;
  /** Returns the run as it was closed. */
  reject(id: number, deciding: Deciding): Promise<Run>;
}

/** Opens database and queue. Throws UnavailableError when one of them is away. */
export async function openDecisions(settings: Settings, log: Log): Promise<Decisions> {
  await using stack = new AsyncDisposableStack();
  const { db } = stack.use(await openRecords(settings));
  const queue = stack.adopt(await openQueue(settings, log), opened => opened.close());
  const kept = stack.move();
  return {
    getRun: id => getRun(db, id),
    runGroups: id => runGroups(db, id),
    approve: (id, deciding) => approve({ settings, db, queue, log }, id, deciding),
    reject: (id, deciding) => rejectRun(db, id, deciding),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Approves a held run and sends the run that applies it on its way; what takes another run back is applied at once. */
export async function approve(
  parts: Pick<Parts, 'settings' | 'db' | 'queue' | 'log'>,
  id: number,
  deciding: Deciding,
): Promise<Run> {
  const held = await getRun(parts.db, id);
  if (held?.reverts !== undefined) {
    return approveRevert({ db: parts.db, directories: parts.settings.directories }, held, deciding);
  }
  const { run } = await approveRun(parts.db, id, deciding);
  await tellQueue(parts, run.id);
  return run;
}

/** Once the run is stored it will happen: a queue that is away now is told about it later by a scheduler. */
export async function tellQueue({ queue, log }: Pick<Parts, 'queue' | 'log'>, run: number): Promise<void> {
  try {
    await queue.enqueueRun(run);
  } catch (error) {
    log.warn({ run, reason: messageOf(error) }, 'the run waits in the database for the queue');
  }
}
