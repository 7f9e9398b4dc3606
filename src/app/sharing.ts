/** One answer for all who ask the same at the same time. */

/**
 * Asks once for however many wait. Whoever asks while an answer is being made gets the next one, never one that was begun
 * before the question: what somebody has just done is in what they are told.
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
