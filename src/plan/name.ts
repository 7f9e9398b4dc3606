/** Names of AccessGroups: what a directory's text becomes in a column of 64 code points. */
import { normalise } from '../dn/normalise.ts';
import type { ExternalId } from '../model.ts';

/** `access_group.name` is varchar(64), and PostgreSQL counts code points, not UTF-16 units. */
export const NAME_LIMIT = 64;
const KEPT_WHEN_SHORTENED = 55;

/**
 * NFC, trimmed, runs of white space collapsed: LDAP matching ignores the same differences (RFC 4518 2.6.1).
 * Undefined where nothing printable is left, or where the text holds control characters or is not valid Unicode.
 */
export function normaliseName(text: string): string | undefined {
  if (!text.isWellFormed() || /\p{Cc}/u.test(text)) return undefined;
  const name = normalise(text, 'NFC').replace(/\s+/gu, ' ').trim();
  return name === '' ? undefined : name;
}

/** Whether the name has to be shortened to fit the column. */
export function isTooLong(name: string): boolean {
  return name.length > NAME_LIMIT && Array.from(name).length > NAME_LIMIT;
}

/**
 * A deterministic short form: at most 55 code points, cut between graphemes, then "~" and the first eight hex digits
 * of the external id, so that two long names with one beginning stay apart.
 */
export function shortenName(name: string, externalId: ExternalId): string {
  let kept = '';
  let length = 0;
  for (const { segment } of new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(name)) {
    length += Array.from(segment).length;
    if (length > KEPT_WHEN_SHORTENED) break;
    kept += segment;
  }
  return `${kept.trimEnd()}~${externalId.replaceAll('-', '').slice(0, 8)}`;
}
