/** Requests runs, and decides about held ones, for the API and the commands `approve` and `reject`. */
import { requirePerson } from '../../directory/read/read-hinted.ts';
import { DirectoryError, messageOf } from '../../errors.ts';
import { hintedUser } from '../../jobs/planning/hinted-entries.ts';
import { approveRevert } from '../../jobs/revert-run.ts';
import type { Log } from '../../log.ts';
import type { ManualRunRequest, RunOperations } from '../../model/operations/runs.ts';
import type { Run, RunGroup } from '../../model/run.ts';
import type { Settings } from '../../model/settings.ts';
import { openQueue } from '../../queue/task-queue.ts';
import { approveRun, rejectRun } from '../../store/runs/decide.ts';
import { getRun, listRuns, requestRun, runGroups } from '../../store/runs/request.ts';
import type { AppContext } from '../context.ts';
import { askDirectory } from '../live-questions.ts';
import { openRecords } from './database.ts';

type RunContext = Pick<AppContext, 'db' | 'queue' | 'log'> & {
  readonly current: Pick<AppContext['current'], 'settings'>;
};

/** The operations on runs. An approved revert is applied at once; any other approval queues a run. */
export function runsOf(context: RunContext): RunOperations {
  const { db, current } = context;
  return {
    async requestRun(request) {
      await requireUser(context, request);
      const answer = await requestRun(db, { ...request, trigger: 'manual' });
      await enqueueStoredRun(context, answer.run.id);
      return answer;
    },
    async approveRun(found, decision) {
      const held = await holdingRun(db, found);
      if (held?.reverts !== undefined)
        return approveRevert({ db, directories: current.settings.directories }, held, decision);
      const { run } = await approveRun(db, held?.id ?? found, decision);
      await enqueueStoredRun(context, run.id);
      return run;
    },
    async rejectRun(found, decision) {
      const held = await holdingRun(db, found);
      return rejectRun(db, held?.id ?? found, decision);
    },
    listRuns: page => listRuns(db, page),
    getRun: id => getRun(db, id),
  };
}

/** The run that waits for a decision, if this run found only what that one holds. */
async function holdingRun(db: AppContext['db'], id: number): Promise<Run | undefined> {
  const run = await getRun(db, id);
  const older = run?.counts.held?.run;
  return older === undefined ? run : getRun(db, older);
}

/** Long enough for one search, short enough for a user who waits. */
const SEARCH_MS = 20_000;

/**
 * Refuses a run of a person whom neither the database nor the directory knows. If the directory cannot be searched now, or
 * answers too many questions, the run reports that.
 */
export async function requireUser(
  { db, current, log }: Pick<RunContext, 'current' | 'db' | 'log'>,
  { directory, user }: Pick<ManualRunRequest, 'directory' | 'user'>,
): Promise<void> {
  const configured = current.settings.directories.find(({ name }) => name === directory);
  if (user === undefined || configured === undefined) return;
  const wanted = await hintedUser(db, directory, user);
  if (wanted.user === undefined) return;
  try {
    await askDirectory(directory, () => requirePerson(configured, wanted, AbortSignal.timeout(SEARCH_MS)));
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    log.warn({ directory, reason: error.message }, 'the directory could not be searched for the person');
  }
}

/** The operations of one command. */
export interface Decisions extends RunOperations, AsyncDisposable {
  runGroups(id: number): Promise<readonly RunGroup[]>;
}

/** Opens database and queue. Throws UnavailableError if one of them does not answer. */
export async function openDecisions(settings: Settings, log: Log): Promise<Decisions> {
  await using stack = new AsyncDisposableStack();
  const { db, installation } = stack.use(await openRecords(settings));
  const queue = stack.adopt(await openQueue({ ...settings, installation }, log), opened => opened.close());
  const kept = stack.move();
  return {
    ...runsOf({ current: { settings }, db, queue, log }),
    runGroups: id => runGroups(db, id),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
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
