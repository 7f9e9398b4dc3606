/** What commands that list things have in common. */
import type { Key, Page, PageWish } from '../model-access.ts';
import { type CommonFlags, positive, print, printJson, type Surroundings } from './context.ts';
import { printTable } from './show.ts';

/** As many as the API gives in one page. */
const PAGE = 200;

export interface ListFlags extends CommonFlags {
  readonly limit: string;
}

interface List<Item, K extends Key> {
  readonly header: readonly string[];
  readonly row: (item: Item) => readonly string[];
  /** What is said where there is nothing. */
  readonly empty: string;
  readonly list: (page: PageWish<K>) => Promise<Page<Item, K>>;
}

/** Prints up to `--limit` items as a table, or as a JSON array. Throws UsageError for a limit that is no number. */
export async function printList<Item, K extends Key>(
  { limit, json = false }: ListFlags,
  surroundings: Surroundings,
  { header, row, empty, list }: List<Item, K>,
): Promise<void> {
  const { items, more } = await take(positive(limit, '--limit'), list);
  if (json) return printJson(surroundings, items);
  if (items.length === 0) return print(surroundings, empty);
  printTable(surroundings, header, items.map(row));
  if (more) print(surroundings, `… and more: --limit takes a larger number`);
}

/** Reads pages until there are so many items. */
export async function take<Item, K extends Key>(limit: number, list: List<Item, K>['list']) {
  const items: Item[] = [];
  let after: K | undefined;
  do {
    const page = await list({ limit: Math.min(PAGE, limit - items.length), after });
    items.push(...page.items);
    after = page.next;
  } while (after !== undefined && items.length < limit);
  return { items, more: after !== undefined };
}
