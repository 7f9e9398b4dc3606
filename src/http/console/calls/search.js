/** The API call of the search. Throws ApiError, or the reason of `signal` when it is aborted. */
import { get } from '../client/api.js';

/** @import { SearchResults } from '../client/types.ts' */

/**
 * @param {string} text
 * @param {AbortSignal} signal
 * @returns {Promise<SearchResults>}
 */
export function findAll(text, signal) {
  return get('/api/search', { q: text }, signal);
}
