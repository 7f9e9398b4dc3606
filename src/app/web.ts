/** The role http: the API and the console. */
import { messageOf } from '../errors.ts';
import { buildServer } from '../http/server.ts';
import type { Finding } from '../run.ts';
import type { Role } from '../settings.ts';
import { pingDatabase } from '../store/database.ts';
import { getRun, listRuns, requestRun, runGroups } from '../store/runs.ts';
import { VERSION } from '../version.ts';
import { migrationsFinding, statusOf } from './records.ts';
import type { Parts } from './work.ts';

/** Listens until the stack is disposed of; resolves with the address. */
export async function startHttp(
  parts: Parts,
  roles: readonly Role[],
  stack: AsyncDisposableStack,
): Promise<string> {
  const { settings, db, queue, log } = parts;
  const startedAt = Date.now();
  const server = buildServer({
    tokens: settings.http.tokens,
    log,
    version: VERSION,
    directories: settings.directories.map(directory => directory.name),
    now: () => new Date(),
    readiness: () => readiness(parts),
    async status() {
      const [directories, counts] = await Promise.all([
        statusOf(db, settings),
        queue.counts().catch(() => undefined),
      ]);
      return {
        version: VERSION,
        uptimeSeconds: Math.round((Date.now() - startedAt) / 1000),
        roles,
        directories,
        queue: counts,
      };
    },
    async requestRun(wish) {
      const answer = await requestRun(db, { ...wish, trigger: 'manual' });
      await queue.enqueueRun(answer.run.id);
      return answer;
    },
    listRuns: page => listRuns(db, page),
    getRun: id => getRun(db, id),
    runGroups: id => runGroups(db, id),
  });
  const url = await server.listen({ host: settings.http.host, port: settings.http.port });
  stack.defer(() => server.close());
  return url;
}

async function readiness({ db, queue }: Parts): Promise<Finding[]> {
  const answers = async (subject: string, ask: () => Promise<unknown>): Promise<Finding> => {
    try {
      await ask();
      return { subject, level: 'ok', message: 'answers' };
    } catch (error) {
      return { subject, level: 'fail', message: messageOf(error) };
    }
  };
  const [database, tasks] = await Promise.all([
    answers('database', () => pingDatabase(db)),
    answers('queue', () => queue.ping()),
  ]);
  return database.level === 'fail' ? [database, tasks] : [database, tasks, await migrationsFinding(db)];
}
