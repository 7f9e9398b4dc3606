/** The answers of the API while the user types: one request at a time, and only the newest text counts. */
import { findAll } from '../calls/search.js';
import { afterTyping, apiError } from '../client/loading.js';

/** @import { ApiError } from '../client/api.js' */
/** @import { SearchResults } from '../client/types.ts' */

/** @type {SearchResults} */
const NOTHING = { items: [], next: null, incomplete: [] };

/** @param {() => void} arrived is called when the answer for the newest text arrives, or fails */
export function createAnswers(arrived) {
  /** @type {{ results: SearchResults, error: ApiError | undefined, busy: boolean }} */
  const state = { results: NOTHING, error: undefined, busy: false };
  let stopping = new AbortController();

  const send = afterTyping(async text => {
    const { signal } = stopping;
    if (text === '' || signal.aborted) return;
    try {
      const results = await findAll(text, signal);
      if (signal.aborted) return;
      Object.assign(state, { results, error: undefined });
    } catch (failure) {
      if (signal.aborted) return;
      state.error = apiError(failure);
    }
    state.busy = false;
    arrived();
  });
  /** Ends the request before. The last results remain until the next arrive, unless the text is empty. @param {string} text */
  function ask(text) {
    stop();
    stopping = new AbortController();
    if (text === '') state.results = NOTHING;
    Object.assign(state, { error: undefined, busy: text !== '' });
    send(text);
  }
  function stop() {
    stopping.abort();
    state.busy = false;
  }
  return { state, ask, stop };
}
