/** Sends several requests at a time, so that each does not wait for the answer to the one before. */

/** Servers limit the requests of one connection that wait for an answer. */
const MAX_OPEN = 16;

/**
 * Returns the results in the order of the items. After a failure, no further item is started.
 * @throws the first failure
 */
export async function atOnce<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += MAX_OPEN)
    results.push(...(await Promise.all(items.slice(at, at + MAX_OPEN).map(work))));
  return results;
}
