/** The forms of usernames and addresses: the keys for matching, and the text that `auth_user` stores. */
import { matchingText } from '../../text/dn-key.ts';
import { isVisible, lengthOf, squeeze } from '../../text/visible-text.ts';

/** `auth_user.username` is varchar(30). */
const USERNAME_LIMIT = 30;
/** Nearly all usernames and addresses: their key is the text in lower case. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

export type Username =
  | { readonly text: string }
  | { readonly problem: 'username_missing' | 'username_invalid' | 'username_too_long' };

/** Returns the username with white space squeezed, or the reason why no local user can have it. */
export function readUsername(given: string | undefined): Username {
  if (given === undefined) return { problem: 'username_missing' };
  if (!isVisible(given)) return { problem: 'username_invalid' };
  const text = squeeze(given);
  if (text === '') return { problem: 'username_missing' };
  return lengthOf(text) > USERNAME_LIMIT ? { problem: 'username_too_long' } : { text };
}

/**
 * Texts with equal keys are equal for a directory, or look the same: letter case, width and white space are ignored. The
 * key finds all users who may be meant; it does not prove a match. undefined: there is nothing to compare.
 */
export function looseKey(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (PLAIN.test(text)) return text.toLowerCase();
  const key = matchingText(text.toWellFormed());
  return key === '' || key.includes('\0') ? undefined : key;
}

/** Whether two texts differ at most in white space and the case of ASCII letters. Other letters may only look alike. */
export function isSameText(one: string, other: string): boolean {
  return asciiKey(one) === asciiKey(other);
}

/** The lower case comes first: NFC turns the Kelvin sign into an ASCII K, which must not become a k. */
function asciiKey(text: string): string {
  return squeeze(text.replace(/[A-Z]+/g, letters => letters.toLowerCase()));
}
