/** Distinguishes permanent errors, which a retry cannot correct, from all others. */
import { ConfigError, DirectoryError, NotFoundError } from '../errors.ts';

/** Whether the queue should give the task up without another attempt. */
export function isPermanent(error: unknown): boolean {
  if (error instanceof DirectoryError) return error.permanent;
  return error instanceof NotFoundError || error instanceof ConfigError;
}
