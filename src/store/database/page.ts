import { type RawBuilder, sql } from 'kysely';
import type { Key, Page } from '../../model/access.ts';

/** Cuts rows, of which one more than the page holds was asked for, to the page, and says behind what the next begins. */
export function pageOf<Row, K extends Key>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => K,
): Page<Row, K> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? keyOf(last) : undefined };
}

/** `and (columns) > (key)`, nothing on the first page: the page begins where an index says, without counting rows. */
export function behind(columns: RawBuilder<unknown>, after: Key | undefined): RawBuilder<unknown> {
  return after === undefined ? sql`` : sql`and (${columns}) > (${sql.join([...after])})`;
}

/**
 * `and …`: the text holds every word of the search, each from its beginning. `words` is the indexed expression and `text`
 * what is looked through where the search has no letter and no digit in it.
 */
export function matching(
  { words, text }: { words: RawBuilder<unknown>; text: RawBuilder<unknown> },
  search: string | undefined,
): RawBuilder<unknown> {
  if (search === undefined) return sql``;
  const found = search.match(/[\p{L}\p{M}\p{N}]+/gu);
  if (found === null) return sql`and position(${search} in ${text}) > 0`;
  const wanted = found.map(word => `'${word}':*`).join(' & ');
  return sql`and ${words} @@ to_tsquery('pg_catalog.simple', ${wanted})`;
}
