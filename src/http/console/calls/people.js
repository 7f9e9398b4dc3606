/** API calls about users, their access, explanations and the audit. All throw ApiError. */
import { get, request } from '../client/api.js';

/** @import { Access, AuditEntry, Explanation, Membership, PageOf, Person, ProjectAccess, ShadowGroup, ShadowMember, SourceGroup, Unresolved, UserDetail } from '../client/types.ts' */
/** @import { Page } from './groups.js' */

const BYTE_ORDER_MARK = '\ufeff';

/**
 * @param {Page} page
 * @returns {Promise<PageOf<Person>>}
 */
export function listPeople(page) {
  return get('/api/users', page);
}

/**
 * @param {string} username
 * @returns {Promise<UserDetail>}
 */
export function readUser(username) {
  return get(`/api/users/${encodeURIComponent(username)}`);
}

/**
 * @param {string} username
 * @param {Page} page
 * @returns {Promise<PageOf<Membership>>}
 */
export function listMemberships(username, page) {
  return get(`/api/users/${encodeURIComponent(username)}/memberships`, page);
}

/**
 * @param {string} username
 * @param {Page} page
 * @returns {Promise<PageOf<Access>>}
 */
export function listAccess(username, page) {
  return get(`/api/users/${encodeURIComponent(username)}/access`, page);
}

/**
 * @param {string} team
 * @param {string} project
 * @param {Page & { readonly at?: string }} page `at`: at this instant
 * @returns {Promise<PageOf<ProjectAccess>>}
 */
export function listProjectAccess(team, project, page) {
  return get(`/api/projects/${encodeURIComponent(team)}/${encodeURIComponent(project)}/access`, page);
}

/**
 * @param {{ readonly user: string, readonly team: string, readonly group?: string, readonly project?: string }} question
 * @returns {Promise<Explanation>}
 */
export function explain(question) {
  return get('/api/explain', question);
}

/** @typedef {{ readonly user?: string, readonly group?: string, readonly team?: string, readonly run?: string, readonly since?: string, readonly until?: string }} AuditFilter */

/**
 * @param {AuditFilter} filter
 * @param {Page} page
 * @returns {Promise<PageOf<AuditEntry>>}
 */
export function listAudit(filter, page) {
  return get('/api/audit', { ...filter, ...page });
}

/**
 * All matching entries, as JSON Lines or CSV.
 * @param {AuditFilter} filter
 * @param {'application/jsonl' | 'text/csv'} format
 * @returns {Promise<Blob>}
 */
export async function exportAudit(filter, format) {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ''));
  const response = await request('GET', `/api/audit?${query}`, undefined, { accept: format });
  const blob = await response.blob();
  // Without a byte order mark, Excel does not read CSV as UTF-8.
  return format === 'text/csv' ? new Blob([BYTE_ORDER_MARK, blob], { type: blob.type }) : blob;
}

/**
 * @param {string} directory
 * @param {Page & { readonly state?: string }} page
 * @returns {Promise<PageOf<SourceGroup>>}
 */
export function listSources(directory, page) {
  return get(`/api/directories/${encodeURIComponent(directory)}/groups`, page);
}

/**
 * @param {string} directory
 * @param {Page & { readonly group?: string }} page `group`: only members of the AccessGroup with this id
 * @returns {Promise<PageOf<Unresolved>>}
 */
export function listUnresolved(directory, page) {
  return get(`/api/directories/${encodeURIComponent(directory)}/unresolved`, page);
}

/**
 * @param {string} directory
 * @param {Page} page
 * @returns {Promise<PageOf<ShadowGroup>>}
 */
export function listShadow(directory, page) {
  return get(`/api/directories/${encodeURIComponent(directory)}/shadow`, page);
}

/**
 * @param {string} directory
 * @param {Page} page
 * @returns {Promise<PageOf<ShadowMember>>}
 */
export function listShadowMembers(directory, page) {
  return get(`/api/directories/${encodeURIComponent(directory)}/shadow/members`, page);
}
