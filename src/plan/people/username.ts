/** Usernames and addresses as matching compares them and as `auth_user` holds them. */
import { matchingText } from '../../text/dn-key.ts';
import { isVisible, lengthOf, squeeze } from '../../text/visible-text.ts';

/** `auth_user.username` is varchar(30). */
const USERNAME_LIMIT = 30;
/** Nearly every username and address: its key is itself in lower case. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

export type Username =
  | { readonly text: string }
  | { readonly problem: 'username_missing' | 'username_invalid' | 'username_too_long' };

/** What a directory says somebody is called, white space squeezed; or why no local user can be called so. */
export function readUsername(given: string | undefined): Username {
  if (given === undefined) return { problem: 'username_missing' };
  if (!isVisible(given)) return { problem: 'username_invalid' };
  const text = squeeze(given);
  if (text === '') return { problem: 'username_missing' };
  return lengthOf(text) > USERNAME_LIMIT ? { problem: 'username_too_long' } : { text };
}

/**
 * Equal keys are equal to a directory, or look the same: letter case, width and white space make no difference. Used to
 * find everybody who could be meant, not to say who it is. undefined where there is nothing to compare.
 */
export function looseKey(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (PLAIN.test(text)) return text.toLowerCase();
  const key = matchingText(text.toWellFormed());
  return key === '' || key.includes('\0') ? undefined : key;
}

/** Whether two texts differ in white space and the case of ASCII letters at most: other letters may only look alike. */
export function isSameText(one: string, other: string): boolean {
  return asciiKey(one) === asciiKey(other);
}

/** In this order: NFC makes an ASCII K of the Kelvin sign, which then is no k. */
function asciiKey(text: string): string {
  return squeeze(text.replace(/[A-Z]+/g, letters => letters.toLowerCase()));
}
