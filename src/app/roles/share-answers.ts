/** Shares one answer between concurrent callers. */

/**
 * Calls `ask` once for all waiting callers. A call during a running `ask` gets the result of the next one, never of one
 * that began before the call: a caller always sees the effect of its own earlier changes.
 */
export function shareAnswers<T>(ask: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  function begin(): Promise<T> {
    next = undefined;
    const answer = ask().finally(() => {
      if (current === answer) current = undefined;
    });
    current = answer;
    return answer;
  }
  return () => {
    if (current === undefined) return begin();
    next ??= current.then(begin, begin);
    return next;
  };
}
