/** Collects events from elsewhere, so that a test can wait for them instead of sleeping. */
export interface Inbox<T> {
  readonly all: readonly T[];
  put(item: T): void;
  /** The first matching item, past or future. A wait without a match ends with the test's own timeout. */
  find(fits: (item: T) => boolean): Promise<T>;
  /** Resolves when at least that many items have arrived. */
  count(atLeast: number): Promise<readonly T[]>;
}

export function inbox<T>(): Inbox<T> {
  const all: T[] = [];
  const waiting = new Set<() => void>();
  const until = <R>(look: () => R | undefined) => {
    const { promise, resolve } = Promise.withResolvers<R>();
    const check = () => {
      const found = look();
      if (found === undefined) return;
      waiting.delete(check);
      resolve(found);
    };
    waiting.add(check);
    check();
    return promise;
  };
  return {
    all,
    put(item) {
      all.push(item);
      for (const check of waiting) check();
    },
    find: fits => until(() => all.find(fits)),
    count: atLeast => until(() => (all.length >= atLeast ? all : undefined)),
  };
}
