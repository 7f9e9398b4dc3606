/** API calls about links of directory entries to users. All throw ApiError. */
import { get, send } from '../client/api.js';

/** @import { Link, PageOf } from '../client/types.ts' */

/**
 * @param {object} page
 * @param {string} [page.user]
 * @param {string} [page.directory]
 * @param {string} [page.state]
 * @param {string | undefined} [page.cursor]
 * @returns {Promise<PageOf<Link>>}
 */
export function listLinks({ user, directory, state, cursor } = {}) {
  return get('/api/links', { user, directory, state, cursor });
}

/**
 * @param {Link} link
 * @param {'confirm' | 'refuse'} decision
 * @param {string} reason
 * @returns {Promise<{ readonly runId: number | null }>} the run that applies it
 */
export function decideLink({ username, directory, entry }, decision, reason) {
  const path = `/api/users/${encodeURIComponent(username)}/link`;
  return send('POST', path, { directory, entry, decision, reason });
}

/**
 * @param {Link} link
 * @param {string} reason
 * @returns {Promise<{ readonly runId: number | null }>} the run that applies it
 */
export function unlinkUser({ username, directory }, reason) {
  return send('POST', `/api/users/${encodeURIComponent(username)}/unlink`, { directory, reason });
}
