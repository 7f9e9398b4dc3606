/** Names of AccessGroups: what a directory's text becomes in a column of 64 code points. */
import type { ExternalId } from '../model/snapshot.ts';
import { isVisible, lengthOf, squeeze } from '../text/visible-text.ts';

/** `access_group.name` is varchar(64), and PostgreSQL counts code points, not UTF-16 units. */
export const NAME_LIMIT = 64;
const KEPT_WHEN_SHORTENED = 55;

/**
 * The text as a name, white space squeezed. Undefined where nothing is left, or where it holds control, bidi or invisible
 * characters or is not valid Unicode.
 */
export function normaliseName(text: string): string | undefined {
  if (!isVisible(text)) return undefined;
  const name = squeeze(text);
  return name === '' ? undefined : name;
}

/** Whether the name has to be shortened to fit the column. */
export function isTooLong(name: string): boolean {
  return name.length > NAME_LIMIT && lengthOf(name) > NAME_LIMIT;
}

/**
 * A deterministic short form: at most 55 code points, cut between graphemes, then "~" and the first eight hex digits
 * of the external id, so that two long names with one beginning stay apart.
 */
export function shortenName(name: string, externalId: ExternalId): string {
  let kept = '';
  let length = 0;
  for (const { segment } of new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(name)) {
    length += lengthOf(segment);
    if (length > KEPT_WHEN_SHORTENED) break;
    kept += segment;
  }
  return `${kept.trimEnd()}~${externalId.replaceAll('-', '').slice(0, 8)}`;
}
