/** API calls about runs. All throw ApiError. */
import { get, send } from '../client/api.js';

/** @import { PageOf, Run, RunChange, RunMember } from '../client/types.ts' */

/**
 * @param {object} page
 * @param {number} [page.limit]
 * @param {string} [page.directory]
 * @param {string} [page.status] '': all
 * @param {string} [page.cursor]
 * @returns {Promise<PageOf<Run>>}
 */
export function listRuns({ limit = 50, directory, status, cursor } = {}) {
  return get('/api/runs', { limit, directory, status, cursor });
}

/**
 * @param {string} id
 * @returns {Promise<Run>}
 */
export function readRun(id) {
  return get(`/api/runs/${encodeURIComponent(id)}`);
}

/**
 * @param {string | number} id
 * @param {object} page
 * @param {string} [page.search]
 * @param {string} [page.cursor]
 * @param {number} [page.limit]
 * @param {boolean} [page.held] only groups that the run holds
 * @returns {Promise<PageOf<RunChange>>}
 */
export function listChanges(id, { search, cursor, limit, held } = {}) {
  return get(`/api/runs/${encodeURIComponent(id)}/changes`, {
    search,
    cursor,
    limit,
    held: held ? 'true' : undefined,
  });
}

/**
 * Requests a run and returns the queued run.
 * @param {string} directory
 * @param {string} [user] only this person
 * @returns {Promise<Run>}
 */
export function requestRun(directory, user) {
  return send('POST', '/api/runs', { directory, ...(user && { user }) });
}

/**
 * @param {number} id
 * @param {object} decision
 * @param {string} decision.reason
 * @param {string} decision.digest
 * @param {readonly number[]} [decision.groups] only these AccessGroups
 * @returns {Promise<Run>} the run that applies the approved changes
 */
export function approveRun(id, decision) {
  return send('POST', `/api/runs/${id}/approve`, decision);
}

/**
 * @param {number} id
 * @param {object} decision
 * @param {string} decision.reason
 * @param {string} [decision.digest]
 * @param {readonly number[]} [decision.groups] only these AccessGroups
 * @returns {Promise<Run>}
 */
export function rejectRun(id, decision) {
  return send('POST', `/api/runs/${id}/reject`, decision);
}

/**
 * The memberships that a run changed or holds.
 * @param {string | number} id
 * @param {object} page
 * @param {string} [page.search]
 * @param {string} [page.cursor]
 * @param {number} [page.limit]
 * @param {boolean} [page.held] only held removals
 * @param {number} [page.group] only members of this AccessGroup
 * @returns {Promise<PageOf<RunMember>>}
 */
export function listRunMembers(id, { search, cursor, limit, held, group } = {}) {
  return get(`/api/runs/${encodeURIComponent(id)}/members`, {
    search,
    cursor,
    limit,
    held: held ? 'true' : undefined,
    group,
  });
}
