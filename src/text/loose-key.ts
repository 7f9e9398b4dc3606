/**
 * Keys for usernames and addresses that ignore letter case, width and white space. All letters beyond ASCII are folded
 * here and not in PostgreSQL, whose `lower` depends on the locale of the database.
 */
import { matchingText } from './dn-key.ts';
import { fits } from './glob.ts';

/** Nearly all usernames and addresses: their key is the text in lower case. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

/**
 * Texts with equal keys are equal for a directory, or look the same: letter case, width and white space are ignored. The
 * key finds all users who may be meant; it does not prove a match. undefined: there is nothing to compare.
 */
export function looseKey(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (PLAIN.test(text)) return text.toLowerCase();
  const key = matchingText(text.toWellFormed()).replaceAll('ß', 'ss');
  return key === '' || key.includes('\0') ? undefined : key;
}

/** The key of a username: usernames with equal keys are equal for a directory (uid has caseIgnoreMatch, RFC 4519). */
export function usernameKey(username: string): string {
  return PLAIN.test(username) ? username.toLowerCase() : matchingText(username) || username;
}

/** Whether a glob of `protect` matches a username. Letter case, width and white space are ignored. */
export function isProtected(username: string, globs: readonly string[]): boolean {
  const text = Array.from(looseKey(username) ?? '');
  return globs.some(glob => fits(Array.from(looseKey(glob) ?? ''), text));
}
