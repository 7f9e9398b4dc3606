/** API calls about members in doubt. All throw ApiError. */
import { get, send } from '../client/api.js';

/** @import { Doubt, PageOf, Run } from '../client/types.ts' */

/**
 * @param {object} page
 * @param {string} [page.directory]
 * @param {string} [page.kind]
 * @param {string} [page.user] only this user
 * @param {string} [page.group] only the AccessGroup with this id
 * @param {string | undefined} [page.cursor]
 * @returns {Promise<PageOf<Doubt>>}
 */
export function listDoubts({ directory, kind, user, group, cursor } = {}) {
  return get('/api/doubts', { directory, kind, user, group, cursor });
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
