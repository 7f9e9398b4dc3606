/** What trying again cannot mend. Everything else is worth another attempt. */
import { ConfigError, DirectoryError, NotFoundError } from '../errors.ts';

/** Used by the queue to give a task up at once. */
export function isPermanent(error: unknown): boolean {
  if (error instanceof DirectoryError) return error.permanent;
  return error instanceof NotFoundError || error instanceof ConfigError;
}
