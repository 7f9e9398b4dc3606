/** How much of others' bytes is taken, and what is said where it is more. */
import { DirectoryError } from '../../errors.ts';
import type { DirectorySettings } from '../../model/settings.ts';

/** In bytes: one message, and one value in it. */
export type Limits = Pick<DirectorySettings, 'maxMessageBytes' | 'maxValueBytes'>;

/** A whole answer, such as a page of large groups, may have so many times the bytes of one message. */
export const MESSAGES_AN_ANSWER = 8;
/** More servers than anybody has; without a bound, references would be the one thing of an answer that costs nothing. */
export const MOST_REFERENCES = 10_000;

/** Refuses what would have to be kept. `setting`: what allows it, in the configuration. */
export function tooLarge(what: string, setting: string, allowed: string): DirectoryError {
  const problem = `The server's answer is refused: ${what}, where ${setting} allows ${allowed}.`;
  return new DirectoryError('malformed', problem, { fix: `Raise ${setting} if so much is meant.` });
}
