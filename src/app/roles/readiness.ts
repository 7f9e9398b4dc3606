/** Whether PostgreSQL and the queue can be used, for `/readyz` and `rollcall check`. */
import { messageOf, UnavailableError } from '../../errors.ts';
import type { Finding } from '../../model/run.ts';
import type { Obstacle } from '../../model/status/status.ts';
import type { TaskQueue } from '../../queue/task-queue.ts';
import { type Database, pingDatabase, writeObstacle } from '../../store/database/database.ts';
import { FIXES, FULL, READ_ONLY } from '../../store/database/sql.ts';
import { withTimeout } from '../../store/database/timeouts.ts';
import { migrationsFinding } from '../operations/database.ts';

/** Shorter than the time limit of `/readyz`, so that its answer names the server that is silent. */
const LIMIT_MS = 4_000;

interface Servers {
  readonly db: Database;
  readonly queue: Pick<TaskQueue, 'ping'>;
}

/** One finding for each server, and for the migrations if PostgreSQL answers. Never throws. */
export async function readiness(
  { db, queue }: Servers,
  { limitMs = LIMIT_MS }: { limitMs?: number } = {},
): Promise<Finding[]> {
  const answers = async (subject: string, ask: () => Promise<Finding | undefined>): Promise<Finding> => {
    try {
      return (await withTimeout(limitMs, ask())) ?? { subject, level: 'ok', message: 'answers' };
    } catch (error) {
      return failedFinding(subject, error);
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

const OBSTACLES: Readonly<Record<Obstacle, Pick<Finding, 'message' | 'fix'>>> = {
  read_only: { message: 'PostgreSQL is read-only: rollcall cannot write', fix: FIXES[READ_ONLY] },
  disk_full: { message: 'the disk of PostgreSQL is full: rollcall cannot write', fix: FIXES[FULL] },
};

/** Checks that the database accepts writes. Throws UnavailableError if it does not answer. */
export async function databaseFinding(db: Database): Promise<Finding> {
  const subject = 'database';
  await pingDatabase(db);
  const obstacle = await writeObstacle(db);
  if (obstacle === undefined) return { subject, level: 'ok', message: 'answers' };
  return { subject, level: 'fail', ...OBSTACLES[obstacle] };
}

/** A server that cannot be used. `fix`: what to check if the error does not show the remedy. */
export function failedFinding(subject: string, error: unknown, fix?: string): Finding {
  const known = error instanceof UnavailableError ? error.fix : undefined;
  return { subject, level: 'fail', message: messageOf(error), fix: known ?? fix };
}
