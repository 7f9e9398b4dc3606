/** A change that is made at once, without a confirmation. */
import { apiError } from '../client/loading.js';
import { problem } from './notices.js';

/** @import { ApiError } from '../client/api.js' */

/**
 * @param {(text: string) => void} announce
 * @param {() => Promise<void>} changed reloads the data, after a success or a failure
 */
export function createAttempt(announce, changed) {
  /** @type {ApiError | undefined} */
  let refused;
  /**
   * @param {() => Promise<unknown>} change
   * @param {string} text announced after a success
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
