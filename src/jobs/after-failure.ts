/** Handles an error of a run before its batches are enqueued: ends the run, or continues with its saved plan. */
import { DirectoryError, messageOf, NotFoundError, RefusedError, UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Database } from '../store/database/database.ts';
import { failRun } from '../store/runs/finish.ts';
import { savedBatches } from '../store/runs/lease.ts';

/**
 * Ends the run as failed if its plan is not saved: nothing was changed. If the plan is saved, because only the answer of
 * the database was lost, returns the pending batches. Throws if the database is unavailable: then the lease expires, or
 * `resumeWork` continues the run.
 */
export async function afterFailure(
  { db, owner }: { readonly db: Database; readonly owner: string },
  run: number,
  error: unknown,
  log: Log,
): Promise<readonly number[] | undefined> {
  const { code, message } = failureOf(error);
  if (await failRun(db, run, { owner, code, message })) {
    log.error({ code, reason: message }, 'run failed; nothing was changed');
    return undefined;
  }
  const batches = await savedBatches(db, run);
  log.warn(
    { code, reason: message },
    batches ? 'run continues: its plan is saved' : 'run was ended by another process',
  );
  return batches;
}

function failureOf(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof DirectoryError || error instanceof RefusedError)
    return { code: error.code, message: error.message };
  if (error instanceof NotFoundError) return { code: 'gone', message: error.message };
  if (error instanceof Error && error.name === 'TimeoutError')
    return { code: 'run_timeout', message: 'the run took longer than runTimeout; nothing was changed' };
  if (error instanceof UnavailableError) return { code: 'unavailable', message: error.message };
  return { code: 'internal', message: messageOf(error) };
}
