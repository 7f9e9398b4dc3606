/** The text of a username that `auth_user` stores, and whether two texts are the same. */
import { isVisible, lengthOf, squeeze } from '../../text/visible-text.ts';

/** `auth_user.username` is varchar(30). */
const USERNAME_LIMIT = 30;

export type Username =
  | { readonly text: string }
  | { readonly problem: 'username_missing' | 'username_invalid' | 'username_too_long' };

/**
 * Returns the username with white space squeezed, or the reason why no local user can have it. `limit`: the characters
 * that the application's own table allows.
 */
export function readUsername(given: string | undefined, limit = USERNAME_LIMIT): Username {
  if (given === undefined) return { problem: 'username_missing' };
  if (!isVisible(given)) return { problem: 'username_invalid' };
  const text = squeeze(given);
  if (text === '') return { problem: 'username_missing' };
  return lengthOf(text) > limit ? { problem: 'username_too_long' } : { text };
}

/** Whether two texts differ at most in white space and the case of ASCII letters. Other letters may only look alike. */
export function isSameText(one: string, other: string): boolean {
  return asciiKey(one) === asciiKey(other);
}

/** The lower case comes first: NFC turns the Kelvin sign into an ASCII K, which must not become a k. */
function asciiKey(text: string): string {
  return squeeze(text.replace(/[A-Z]+/g, letters => letters.toLowerCase()));
}
