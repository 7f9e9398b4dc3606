/** API calls about held plans. All throw ApiError. */
import { get } from '../client/api.js';

/** @import { HeldPlan, PageOf } from '../client/types.ts' */

/**
 * What waits for a decision, oldest first.
 * @returns {Promise<PageOf<HeldPlan>>}
 */
export function listWaiting() {
  return get('/api/waiting', { limit: 200 });
}

/**
 * @param {string} digest
 * @returns {Promise<HeldPlan>}
 */
export function readWaiting(digest) {
  return get(`/api/waiting/${encodeURIComponent(digest)}`);
}
