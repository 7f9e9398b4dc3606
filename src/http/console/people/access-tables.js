/** Tables of access: memberships and projects of a user, and users of a project. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { linkTo } from '../client/router.js';
import { ago } from '../widgets/dates.js';
import { table } from '../widgets/table.js';

/** @import { Access, Membership, ProjectAccess } from '../client/types.ts' */

/**
 * The teams and groups of a user, also those without projects.
 * @param {readonly Membership[]} items
 * @param {string} username
 */
export function membershipTable(items, username) {
  return html`<div class="list">${table(
    'Memberships',
    [
      { head: 'Member of', kind: 'main', cell: placeOf },
      { head: 'Owner', cell: ({ kind, directory }) => (kind === 'group' ? (directory ?? 'manual') : '') },
      { head: 'State', cell: ({ suspended }) => (suspended ? 'suspended' : 'active') },
      { head: 'Since', cell: ({ since }) => ago(since, 'before the audit') },
      {
        head: 'Explain',
        kind: 'actions',
        cell: ({ team, group }) =>
          team === null || group === null
            ? nothing
            : html`<a class="button quiet small" href=${linkTo(['people', username], { team, group })}>Explain<span class="unseen"> ${group}</span></a>`,
      },
    ],
    items,
    ({ kind, team, groupId }) => `${kind}/${team}/${groupId}`,
  )}</div>`;
}

/** @param {Membership} membership */
function placeOf({ team, group, groupId }) {
  if (team === null) return 'all projects, as superuser';
  if (groupId === null) return html`<a href=${linkTo(['teams', team])}>${team}</a><small>team</small>`;
  return html`<a href=${linkTo(['groups', groupId])}>${group}</a><small>${team}</small>`;
}

/**
 * The projects that a user has access to.
 * @param {readonly Access[]} items
 * @param {string} username
 */
export function accessTable(items, username) {
  return html`<div class="list">${table(
    'Access',
    [
      {
        head: 'Project',
        kind: 'main',
        cell: ({ team, project }) =>
          html`<a href=${linkTo(['teams', team, 'projects', project])}>${project}</a><small>${team}</small>`,
      },
      { head: 'Access', cell: ({ access }) => access },
      { head: 'Through', cell: ({ via }) => ways(via) },
      {
        head: 'Explain',
        kind: 'actions',
        cell: ({ team, project }) =>
          html`<a class="button quiet small" href=${linkTo(['people', username], { team, project })}>Explain<span class="unseen"> access to ${project}</span></a>`,
      },
    ],
    items,
    ({ team, project }) => `${team}/${project}`,
  )}</div>`;
}

/**
 * The users with access to a project.
 * @param {readonly ProjectAccess[]} items
 * @param {string} team
 * @param {string} project
 */
export function projectAccessTable(items, team, project) {
  return html`<div class="list">${table(
    'People with access',
    [
      {
        head: 'Person',
        kind: 'main',
        cell: ({ username, fullName }) =>
          html`<a href=${linkTo(['people', username], { team, project })}>${fullName || username}</a><small>${username}</small>`,
      },
      { head: 'Access', cell: ({ access }) => access },
      { head: 'Through', cell: ({ via }) => ways(via) },
    ],
    items,
    person => person.username,
  )}</div>`;
}

/** @param {Access['via']} via the effective grant first */
function ways(via) {
  return html`<ul class="chips">${via.map(way => html`<li>${wayOf(way)}</li>`)}</ul>`;
}

/** @param {Access['via'][number]} way */
function wayOf({ kind, group, groupId, access }) {
  if (kind === 'superuser') return 'superuser';
  if (kind === 'team') return `team member, ${access}`;
  return groupId === null
    ? html`group ${group}`
    : html`<span><a href=${linkTo(['groups', groupId])}>${group}</a>, ${access}</span>`;
}
