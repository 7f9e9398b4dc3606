/** API calls about teams and their AccessGroups. All throw ApiError. */
import { get, request, send } from '../client/api.js';

/** @import { AdoptPreview, Group, GroupMember, GroupSummary, PageOf, Project, Run, Team, TeamMember } from '../client/types.ts' */

/** @typedef {{ readonly cursor?: string | undefined, readonly limit?: number, readonly search?: string }} Page */

/**
 * @param {Page} page
 * @returns {Promise<PageOf<Team>>}
 */
export function listTeams(page) {
  return get('/api/teams', page);
}

/**
 * @param {string} team
 * @param {Page} page
 * @returns {Promise<PageOf<TeamMember>>}
 */
export function listTeamMembers(team, page) {
  return get(`/api/teams/${encodeURIComponent(team)}/members`, page);
}

/**
 * @param {string} team
 * @param {Page} page
 * @returns {Promise<PageOf<Project>>}
 */
export function listProjects(team, page) {
  return get(`/api/teams/${encodeURIComponent(team)}/projects`, page);
}

/**
 * The groups of one team, or of all.
 * @param {Page & { readonly state?: string, readonly directory?: string }} page
 * @param {string} [team]
 * @returns {Promise<PageOf<GroupSummary>>}
 */
export function listGroups(page, team) {
  return get(team === undefined ? '/api/groups' : `/api/teams/${encodeURIComponent(team)}/groups`, page);
}

/**
 * A group with its ETag, which changes of the group send as If-Match.
 * @param {string | number} id
 * @returns {Promise<Group & { readonly etag: string }>}
 */
export async function readGroup(id) {
  const response = await request('GET', pathOf(id));
  return { ...(await response.json()), etag: response.headers.get('etag') ?? '*' };
}

/**
 * @param {string | number} id
 * @param {Page} page
 * @returns {Promise<PageOf<GroupMember>>}
 */
export function listMembers(id, page) {
  return get(`${pathOf(id)}/members`, page);
}

/**
 * @param {string} team
 * @param {{ readonly name: string, readonly type: number }} group
 * @returns {Promise<Group>}
 */
export function createGroup(team, group) {
  return send('POST', `/api/teams/${encodeURIComponent(team)}/groups`, group);
}

/**
 * @param {Group & { readonly etag: string }} group as the user saw it
 * @param {{ readonly name?: string, readonly type?: number }} change
 * @returns {Promise<Group>}
 */
export function changeGroup({ id, etag }, change) {
  return send('PATCH', pathOf(id), change, { 'if-match': etag });
}

/** @param {Group & { readonly etag: string }} group as the user saw it */
export function removeGroup({ id, etag }) {
  return send('DELETE', pathOf(id), undefined, { 'if-match': etag });
}

/**
 * Adds a user to a group, or assigns a project to it.
 * @param {number} id
 * @param {'members' | 'projects'} what
 * @param {string} name
 */
export function addTo(id, what, name) {
  return send('PUT', `${pathOf(id)}/${what}/${encodeURIComponent(name)}`);
}

/**
 * @param {number} id
 * @param {'members' | 'projects'} what
 * @param {string} name
 */
export function removeFrom(id, what, name) {
  return send('DELETE', `${pathOf(id)}/${what}/${encodeURIComponent(name)}`);
}

/**
 * @param {number} id
 * @returns {Promise<Run>}
 */
export function resyncGroup(id) {
  return send('POST', `${pathOf(id)}/resync`);
}

/**
 * Without a digest, returns a preview; with the digest of the preview, adopts the group.
 * @param {number} id
 * @param {{ readonly reason: string, readonly digest?: string }} decision
 * @returns {Promise<AdoptPreview>}
 */
export function adoptGroup(id, decision) {
  return send('POST', `${pathOf(id)}/adopt`, decision);
}

/**
 * @param {number} id
 * @param {'release' | 'freeze' | 'unfreeze'} action
 * @param {string} reason
 */
export function decideAbout(id, action, reason) {
  return send('POST', `${pathOf(id)}/${action}`, { reason });
}

/** @param {string | number} id */
function pathOf(id) {
  return `/api/groups/${encodeURIComponent(id)}`;
}
