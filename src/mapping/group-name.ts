/** Turns text of a directory into AccessGroup names, which have at most 64 code points. */
import type { ExternalId } from '../model/snapshot.ts';
import { isVisible, lengthOf, squeeze } from '../text/visible-text.ts';

/** `access_group.name` is varchar(64), and PostgreSQL counts code points, not UTF-16 units. */
export const NAME_LIMIT = 64;
const KEPT_WHEN_SHORTENED = 55;

/**
 * The text as a name, with white space collapsed. Undefined if nothing remains, or if the text contains control, bidi
 * or invisible characters or is not valid Unicode.
 */
export function normaliseName(text: string): string | undefined {
  if (!isVisible(text)) return undefined;
  const name = squeeze(text);
  return name === '' ? undefined : name;
}

/** Whether the name must be shortened to fit the column. */
export function isTooLong(name: string): boolean {
  return name.length > NAME_LIMIT && lengthOf(name) > NAME_LIMIT;
}

/**
 * A deterministic short form: at most 55 code points, cut between graphemes, then "~" and the first eight hex digits of
 * the external id. So two long names with the same beginning stay different.
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
