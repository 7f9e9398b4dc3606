/** API calls about members in doubt. All throw ApiError. */
import { get, send } from '../client/api.js';

/** @import { Doubt, PageOf, Run } from '../client/types.ts' */

/**
 * @param {object} page
 * @param {string} [page.directory]
 * @param {string} [page.kind]
 * @param {string | undefined} [page.cursor]
 * @returns {Promise<PageOf<Doubt>>}
 */
export function listDoubts({ directory, kind, cursor } = {}) {
  return get('/api/doubts', { directory, kind, cursor });
}

/**
 * @param {Doubt} doubt
 * @param {'keep' | 'remove'} decision
 * @param {string} reason
 * @returns {Promise<Partial<Pick<Run, 'id'>>>} the run that removes the member; without an id, the member stays
 */
export function decideDoubt({ accessGroupId, username }, decision, reason) {
  const path = `/api/groups/${accessGroupId}/doubts/${encodeURIComponent(username)}`;
  return send('POST', path, { decision, reason });
}
