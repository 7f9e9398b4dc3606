/** Calls about directories and their runs. All throw ApiError. */
import { get, send } from '../api.js';

/** @import { PageOf, Run, RunChange, RunChangePage, RunMember, RunPage, Status } from '../types.ts' */

/** @returns {Promise<Status>} */
export function readStatus() {
  return get('/api/status');
}

/**
 * @param {object} page
 * @param {number} [page.limit]
 * @param {string} [page.directory]
 * @param {string} [page.cursor]
 * @returns {Promise<PageOf<Run>>}
 */
export async function listRuns({ limit = 50, directory, cursor } = {}) {
  /** @type {RunPage} */
  const { runs, nextCursor } = await get('/api/runs', { limit, directory, cursor });
  return { items: runs, next: nextCursor ?? null };
}

/**
 * @param {string} id
 * @returns {Promise<Run>}
 */
export function readRun(id) {
  return get(`/api/runs/${encodeURIComponent(id)}`);
}

/**
 * @param {string} id
 * @param {object} page
 * @param {string} [page.search]
 * @param {string} [page.cursor]
 * @returns {Promise<PageOf<RunChange>>}
 */
export async function listChanges(id, { search, cursor } = {}) {
  /** @type {RunChangePage} */
  const { changes, nextCursor } = await get(`/api/runs/${encodeURIComponent(id)}/changes`, {
    search,
    cursor,
  });
  return { items: changes, next: nextCursor ?? null };
}

/**
 * Asks for a run; the answer is the run that waits.
 * @param {string} directory
 * @param {'apply' | 'plan'} [mode]
 * @returns {Promise<Run>}
 */
export function requestRun(directory, mode = 'apply') {
  return send('POST', '/api/runs', { directory, mode });
}

/**
 * @param {number} id
 * @param {object} deciding
 * @param {string} deciding.reason
 * @param {string} deciding.digest
 * @param {readonly number[]} [deciding.groups] only these AccessGroups
 * @returns {Promise<Run>} the run that applies what was approved
 */
export function approveRun(id, deciding) {
  return send('POST', `/api/runs/${id}/approve`, deciding);
}

/**
 * @param {number} id
 * @param {object} deciding
 * @param {string} deciding.reason
 * @param {string} [deciding.digest]
 * @param {readonly number[]} [deciding.groups] only these AccessGroups
 * @returns {Promise<Run>}
 */
export function rejectRun(id, deciding) {
  return send('POST', `/api/runs/${id}/reject`, deciding);
}

/**
 * The memberships that a run changed, or holds.
 * @param {string} id
 * @param {object} page
 * @param {string} [page.search]
 * @param {string} [page.cursor]
 * @param {number} [page.limit]
 * @param {boolean} [page.held] only what is held
 * @returns {Promise<PageOf<RunMember>>}
 */
export function listRunMembers(id, { search, cursor, limit, held } = {}) {
  return get(`/api/runs/${encodeURIComponent(id)}/members`, {
    search,
    cursor,
    limit,
    held: held ? 'true' : undefined,
  });
}
