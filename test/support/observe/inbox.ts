/** Collects what happens somewhere else, and lets a test wait for it instead of sleeping. */
export interface Inbox<T> {
  readonly all: readonly T[];
  put(item: T): void;
  /** The first item that fits, past or future; the test's own timeout ends a wait in vain. */
  find(fits: (item: T) => boolean): Promise<T>;
  /** Resolves when at least so many items have come. */
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
