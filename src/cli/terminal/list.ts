/** Shared code of the commands that print lists. */
import type { Key, Page, PageRequest } from '../../model/access.ts';
import { type CommandContext, type CommonFlags, positive, print, printJson } from './command.ts';
import { printTable } from './style.ts';

/** The maximum page size of the API. */
const PAGE = 200;

export interface ListFlags extends CommonFlags {
  readonly limit: string;
}

interface List<Item, K extends Key> {
  readonly header: readonly string[];
  readonly row: (item: Item) => readonly string[];
  /** Printed if the list is empty. */
  readonly empty: string;
  readonly list: (page: PageRequest<K>) => Promise<Page<Item, K>>;
}

/** Prints up to `--limit` items as a table, or as JSON, and returns them. Throws UsageError if the limit is not a number. */
export async function printList<Item, K extends Key>(
  { limit, json = false }: ListFlags,
  context: CommandContext,
  { header, row, empty, list }: List<Item, K>,
): Promise<readonly Item[]> {
  const { items, more } = await take(positive(limit, '--limit'), list);
  if (json) printJson(context, items);
  else if (items.length === 0) print(context, empty);
  else printTable(context, header, items.map(row));
  if (more && !json) print(context, '… more entries exist: raise --limit');
  return items;
}

/** Reads pages until `limit` items are collected or the list ends. */
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
