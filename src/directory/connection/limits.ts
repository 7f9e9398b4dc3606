/** Limits on the size of a server's answers, and the failure if one is exceeded. */
import { DirectoryError } from '../../errors.ts';
import type { DirectorySettings } from '../../model/settings.ts';

/** In bytes: one message, and one value in it. */
export type Limits = Pick<DirectorySettings, 'maxMessageBytes' | 'maxValueBytes'>;

/** A whole answer, such as a page of large groups, may have this many times the bytes of one message. */
export const MESSAGES_AN_ANSWER = 8;
/** More than any real directory has. Without a limit, references would be the only part of an answer without a cost. */
export const MAX_REFERENCES = 10_000;

/** The failure for an answer that is too large. `setting`: the configuration key of the limit. */
export function tooLarge(what: string, setting: string, allowed: string): DirectoryError {
  const problem = `The server's answer is rejected: ${what}, and ${setting} allows ${allowed}.`;
  return new DirectoryError('malformed', problem, {
    fix: `Increase ${setting} if answers of this size are expected.`,
  });
}
