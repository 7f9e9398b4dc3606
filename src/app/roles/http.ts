/** The role http: serves the API and the console. */
import { messageOf } from '../../errors.ts';
import type { ProgressDeps } from '../../http/ports/progress.ts';
import { buildServer } from '../../http/server.ts';
import type { Finding, Status } from '../../model/run.ts';
import type { Role } from '../../model/settings.ts';
import { newestCursor } from '../../store/audit/changes.ts';
import { isWritable } from '../../store/database/database.ts';
import { listen } from '../../store/database/listen.ts';
import { VERSION } from '../../version.ts';
import type { AppContext } from '../context.ts';
import { accessOf } from '../operations/access.ts';
import { auditOf } from '../operations/audit.ts';
import { changesOf } from '../operations/changes.ts';
import {
  abandonedOf,
  databaseFinding,
  migrationsFinding,
  statusOf,
  webhooksOf,
} from '../operations/database.ts';
import { doubtsOf } from '../operations/doubts.ts';
import { manualOf } from '../operations/groups.ts';
import { ownershipOf } from '../operations/ownership.ts';
import { followRun, shareProgress } from '../operations/run-progress.ts';
import { enqueueStoredRun, runsOf } from '../operations/runs.ts';
import { shareAnswers } from '../operations/share-answers.ts';
import { watchHead } from '../operations/watch-head.ts';

/** Starts the role and resolves with its address. It listens until the stack is disposed. */
export async function startHttpRole(
  context: AppContext,
  roles: readonly Role[],
  stack: AsyncDisposableStack,
): Promise<string> {
  const { settings, db, log } = context;
  const startedAt = Date.now();
  const head = stack.use(
    watchHead({ newest: () => newestCursor(db), listen: ring => listen(db, 'rollcall', ring), log }),
  );
  const server = buildServer({
    tokens: settings.http.tokens,
    requestsPerMinute: settings.http.requestsPerMinute,
    log,
    version: VERSION,
    directories: settings.directories.map(directory => directory.name),
    now: () => new Date(),
    board: context.queue.board,
    readiness: () => readiness(context),
    status: shareAnswers(() => status(context, roles, startedAt)),
    ...runsOf(context),
    maxStreams: 500,
    progress: progressOf(context),
    access: accessOf(context),
    audit: auditOf({ db, directories: settings.directories }),
    changes: changesOf({ db, head, auditMs: settings.retention.auditMs }),
    manual: manualOf(db),
    ownership: ownershipOf({ settings, db, send: run => enqueueStoredRun(context, run) }),
    doubts: doubtsOf({ settings, db, send: run => enqueueStoredRun(context, run) }),
  });
  stack.adopt(server, opened => opened.close());
  return server.listen({ host: settings.http.host, port: settings.http.port });
}

/** Queries the database at most once a second for each run, for all watchers of this process. */
function progressOf({ db, log }: AppContext): ProgressDeps {
  const follow = (run: number, signal: AbortSignal) => followRun(db, run, { everyMs: 1_000, signal });
  return { watch: shareProgress(follow, log) };
}

async function status(
  { db, queue, settings, log }: AppContext,
  roles: readonly Role[],
  startedAt: number,
): Promise<Status> {
  const [directories, abandoned, webhooks, writable, counts] = await Promise.all([
    statusOf(db, settings),
    abandonedOf(db, settings),
    webhooksOf(db, settings),
    isWritable(db),
    queue.counts().catch(error => {
      log.warn({ reason: messageOf(error) }, 'the queue is unavailable; the status omits its counts');
      return undefined;
    }),
  ]);
  const uptimeSeconds = Math.round((Date.now() - startedAt) / 1000);
  return {
    version: VERSION,
    uptimeSeconds,
    roles,
    directories,
    abandoned,
    webhooks,
    writable,
    queue: counts,
  };
}

async function readiness({ db, queue }: AppContext): Promise<Finding[]> {
  const answers = async (subject: string, ask: () => Promise<Finding | undefined>): Promise<Finding> => {
    try {
      return (await ask()) ?? { subject, level: 'ok', message: 'answers' };
    } catch (error) {
      return { subject, level: 'fail', message: messageOf(error) };
    }
  };
  const [database, tasks] = await Promise.all([
    answers('database', () => databaseFinding(db)),
    answers('queue', async () => {
      await queue.ping();
      return undefined;
    }),
  ]);
  return database.level === 'fail' ? [database, tasks] : [database, tasks, await migrationsFinding(db)];
}
