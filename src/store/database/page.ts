/** SQL and helpers for lists that are paged by key. */
import { type RawBuilder, sql } from 'kysely';
import type { Key, Page } from '../../model/access.ts';

/**
 * Cuts the rows to one page and returns the key of the next page. The query must select one row more than the page
 * holds.
 */
export function pageOf<Row, K extends Key>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => K,
): Page<Row, K> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? keyOf(last) : undefined };
}

/** `and (columns) > (key)`, empty for the first page. The page starts at an index position, without counting rows. */
export function afterKey(columns: RawBuilder<unknown>, after: Key | undefined): RawBuilder<unknown> {
  return after === undefined ? sql`` : sql`and (${columns}) > (${sql.join([...after])})`;
}

/**
 * What lists search, as expressions of the aliases `u`, `g`, `d` and `m`. `words` are those of the indexes: a search with any
 * other expression would read every row. `text` is scanned if the search has no letter and no digit.
 */
export const SEARCHED = {
  people: {
    words: sql`search_words(u.username || ' ' || u.full_name || ' ' || split_part(u.email, '@', 1))`,
    text: sql`u.username || ' ' || u.full_name`,
  },
  groups: { words: sql`search_words(g.name)`, text: sql`g.name` },
  directoryGroups: { words: sql`search_words(d.cn || ' ' || d.dn)`, text: sql`d.cn || ' ' || d.dn` },
  memberValues: { words: sql`search_words(m.member)`, text: sql`m.member` },
} as const;

/** `and …`: the text contains each word of the search, or a word that starts with it. */
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
