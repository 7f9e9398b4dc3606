/** State of the API requests of a page: value, error and loading flag. */
import { ApiError } from './api.js';
import { keepInAddress } from './router.js';

/** @import { Loaded, PageOf, Paged, Place } from './types.ts' */

/**
 * Reads at once unless there is a `first` value, and again on `reload`. Keeps the last value while a request is running
 * and after a failure.
 * @template T
 * @param {() => Promise<T>} read
 * @param {() => void} update
 * @param {T} [first]
 * @returns {Loaded<T>}
 */
export function loaded(read, update, first) {
  /** @type {Loaded<T>} */
  const state = { value: first, error: undefined, busy: first === undefined, reload };
  async function reload() {
    state.busy = true;
    update();
    try {
      state.value = await read();
      state.error = undefined;
    } catch (error) {
      state.error = apiError(error);
    }
    state.busy = false;
    update();
  }
  if (first === undefined) void reload();
  return state;
}

/**
 * A paged list. `restart` reads the first page again, for example for a new search. Drops responses of older requests.
 * @template T
 * @param {(cursor: string | undefined) => Promise<PageOf<T>>} read
 * @param {() => void} update
 * @returns {Paged<T>}
 */
export function paged(read, update) {
  let turn = 0;
  /** @type {Paged<T>} */
  const state = { items: [], next: null, error: undefined, busy: true, fresh: true, more, restart };
  const load = async (/** @type {string | undefined} */ cursor) => {
    turn += 1;
    const mine = turn;
    state.busy = true;
    update();
    const settle = (/** @type {() => void} */ change) => {
      if (mine !== turn) return;
      change();
      state.busy = false;
      state.fresh = false;
      update();
    };
    await read(cursor).then(
      ({ items, next }) =>
        settle(() => {
          Object.assign(state, { items: cursor === undefined ? items : [...state.items, ...items], next });
          state.error = undefined;
        }),
      error => settle(() => (state.error = apiError(error))),
    );
  };
  async function more() {
    if (state.next !== null && !state.busy) await load(state.next);
  }
  function restart() {
    return load(undefined);
  }
  void restart();
  return state;
}

/**
 * Returns a function that changes the filter of a list: it keeps the filter in the address, and reads the list again.
 * @template {Record<string, string>} Filter
 * @param {Place} place
 * @param {Filter} filter
 * @param {Pick<Paged<unknown>, 'restart'>} list
 * @returns {(change: Partial<Filter>) => void}
 */
export function filterOf(place, filter, list) {
  return change => {
    Object.assign(filter, change);
    keepInAddress(place, filter);
    void list.restart();
  };
}

/**
 * Calls `work` repeatedly, with the pause that it returns, but not while the tab is hidden.
 * @param {() => Promise<number>} work resolves with the pause in milliseconds
 * @returns {() => void} stops it
 */
export function repeat(work) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let stopped = false;
  const turn = async () => {
    clearTimeout(timer);
    const pause = await work();
    if (!stopped && !document.hidden) timer = setTimeout(turn, pause);
  };
  const seen = () => {
    if (!document.hidden) void turn();
  };
  document.addEventListener('visibilitychange', seen);
  void turn();
  return () => {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', seen);
  };
}

/**
 * Debounces typing.
 * @param {(text: string) => void} use
 * @returns {(text: string) => void}
 */
export function afterTyping(use) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return text => {
    clearTimeout(timer);
    timer = setTimeout(() => use(text), 250);
  };
}

/**
 * The error, if it is an ApiError, which pages show to the user. Rethrows any other error, which is a bug.
 * @param {unknown} error
 * @returns {ApiError}
 */
export function apiError(error) {
  if (error instanceof ApiError) return error;
  throw error;
}
