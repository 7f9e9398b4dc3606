/** A change that is made at once, without a question before it. */
import { apiError } from '../loading.js';
import { problem } from './notices.js';

/** @import { ApiError } from '../api.js' */

/**
 * @param {(text: string) => void} announce
 * @param {() => Promise<void>} changed shows what is there now, whether the change was made or not
 */
export function createAttempt(announce, changed) {
  /** @type {ApiError | undefined} */
  let refused;
  /**
   * @param {() => Promise<unknown>} change
   * @param {string} text what to say when it was made
   */
  async function attempt(change, text) {
    try {
      await change();
      refused = undefined;
      announce(text);
    } catch (error) {
      refused = apiError(error);
    }
    await changed();
  }
  return { attempt, problem: () => problem(refused) };
}

/** @typedef {ReturnType<typeof createAttempt>['attempt']} Attempt */
