/**
 * Splits long work into short steps, so that the process can handle other events between them. Pure: the work says
 * where it may pause, and the driver (in-turns.ts) decides whether it does.
 */

/** Work that may pause at every `yield`. */
export type Steps<Result> = Generator<void, Result, void>;

/** Items between two pauses. */
export const SLICE = 500;

/** Runs all steps without a pause and returns the result. */
export function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Visits every item. */
export function* each<Item>(items: Iterable<Item>, visit: (item: Item, at: number) => void): Steps<void> {
  let at = 0;
  for (const item of items) {
    visit(item, at);
    at += 1;
    if (at % SLICE === 0) yield;
  }
}

/** As `Array.map`. */
export function* mapped<Item, Result>(
  items: Iterable<Item>,
  make: (item: Item, at: number) => Result,
): Steps<Result[]> {
  const results: Result[] = [];
  yield* each(items, (item, at) => {
    results.push(make(item, at));
  });
  return results;
}

/** As `Array.filter`. */
export function* filtered<Item>(items: Iterable<Item>, isWanted: (item: Item) => boolean): Steps<Item[]> {
  const found: Item[] = [];
  yield* each(items, item => {
    if (isWanted(item)) found.push(item);
  });
  return found;
}

/** A Map with one entry for each item. */
export function* indexed<Item, Key, Value>(
  items: Iterable<Item>,
  entryOf: (item: Item, at: number) => readonly [Key, Value],
): Steps<Map<Key, Value>> {
  const map = new Map<Key, Value>();
  yield* each(items, (item, at) => {
    map.set(...entryOf(item, at));
  });
  return map;
}

/** As `Map.groupBy`. */
export function* grouped<Item, Key>(
  items: Iterable<Item>,
  keyOf: (item: Item) => Key,
): Steps<Map<Key, Item[]>> {
  const groups = new Map<Key, Item[]>();
  yield* each(items, item => {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  });
  return groups;
}

/** As `Array.toSorted`. Sorts slices, then merges them in pairs. */
export function* sorted<Item>(
  items: readonly Item[],
  compare: (one: Item, other: Item) => number,
): Steps<Item[]> {
  let runs: Item[][] = [];
  for (let from = 0; from < items.length; from += SLICE) {
    runs.push(items.slice(from, from + SLICE).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const longer: Item[][] = [];
    for (let at = 0; at < runs.length; at += 2)
      longer.push(yield* merged(runs[at] ?? [], runs[at + 1] ?? [], compare));
    runs = longer;
  }
  return runs[0] ?? [];
}

function* merged<Item>(
  one: readonly Item[],
  other: readonly Item[],
  compare: (one: Item, other: Item) => number,
): Steps<Item[]> {
  const all: Item[] = [];
  let at = 0;
  yield* each(one, item => {
    for (let next = other[at]; next !== undefined && compare(next, item) < 0; next = other[at]) {
      all.push(next);
      at += 1;
    }
    all.push(item);
  });
  yield;
  return at < other.length ? all.concat(other.slice(at)) : all;
}
