/** The groups of a directory that are in shadow: what a run would change, and who would come and go. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { listShadow, listShadowMembers } from '../calls/people.js';
import { afterTyping, paged } from '../client/loading.js';
import { keepInAddress, linkTo } from '../client/router.js';
import { difference } from '../client/text.js';
import { badge } from '../widgets/badges.js';
import { since } from '../widgets/dates.js';
import { searchField } from '../widgets/fields.js';
import { pagedList, table } from '../widgets/table.js';
import { KINDS } from './change-tables.js';

/** @import { PageContext, Page, ShadowGroup, ShadowMember } from '../client/types.ts' */

/**
 * @param {PageContext} context
 * @param {string} directory
 * @returns {Page}
 */
export function openShadow({ place, update }, directory) {
  let search = place.query.get('search') ?? '';
  const groups = paged(cursor => listShadow(directory, { search, cursor }), update);
  const members = paged(cursor => listShadowMembers(directory, { search, cursor }), update);
  const searched = afterTyping(text => {
    search = text;
    keepInAddress(place, { search });
    void Promise.all([groups.restart(), members.restart()]);
  });
  return {
    title: `Shadow of ${directory}`,
    view: () => html`
      <div class="head"><div>
        <h1 tabindex="-1">In shadow: ${directory}</h1>
        <p class="soft">The configuration has mappings with <code>shadow: true</code>. Every run plans their groups and changes none of them. This is what the last run of the whole directory would have done.</p>
      </div></div>
      <section class="part" aria-labelledby="groups">
        <div class="part-head"><h2 id="groups">Groups</h2>${searchField('Search groups and people', search, searched)}</div>
        ${pagedList(groups, search === '' ? 'No group in shadow would change.' : `Nothing matches “${search}”.`, groupTable)}
      </section>
      <section class="part" aria-labelledby="members">
        <div class="part-head"><h2 id="members">People</h2></div>
        ${pagedList(members, 'No memberships would change.', memberTable)}
      </section>`,
  };
}

/** @param {readonly ShadowGroup[]} groups */
function groupTable(groups) {
  const key = (/** @type {ShadowGroup} */ { dn, kind, team, name }) => [dn, kind, team, name].join('/');
  return html`<div class="list">${table('Groups in shadow', GROUP_COLUMNS, groups, key)}</div>`;
}

/** @type {import('../widgets/table.js').Column<ShadowGroup>[]} */
const GROUP_COLUMNS = [
  {
    head: 'Group',
    kind: 'main',
    cell: ({ accessGroupId, name, team, previousName, reason }) =>
      html`${accessGroupId === null ? name : html`<a href=${linkTo(['groups', accessGroupId])}>${name}</a>`}
        <small>${team}${previousName ? `, was ${previousName}` : ''}${reason ? ` · ${reason.replaceAll('_', ' ')}` : ''}</small>`,
  },
  { head: 'Mapping', cell: ({ mapping }) => html`<code>${mapping}</code>` },
  { head: 'Would be', cell: ({ kind }) => KINDS[kind] },
  {
    head: 'Members',
    kind: 'number',
    cell: ({ add, remove }) => (add + remove === 0 ? nothing : difference(add, remove)),
  },
  { head: 'Held by the guard', kind: 'number', cell: ({ held }) => (held === 0 ? nothing : held) },
  { head: 'Differs', cell: row => html`<a href=${linkTo(['runs', row.runId])}>${since(row.since)}</a>` },
];

/** @param {readonly ShadowMember[]} members */
function memberTable(members) {
  const key = (/** @type {ShadowMember} */ { team, group, username, action }) =>
    [team, group, username, action].join('/');
  return html`<div class="list">${table('People in shadow', MEMBER_COLUMNS, members, key)}</div>`;
}

/** @type {import('../widgets/table.js').Column<ShadowMember>[]} */
const MEMBER_COLUMNS = [
  {
    head: 'Person',
    kind: 'main',
    cell: ({ username, isNew }) =>
      isNew
        ? html`${username} <small>would be created</small>`
        : html`<a href=${linkTo(['people', username])}>${username}</a>`,
  },
  { head: 'Group', cell: ({ team, group }) => html`${group} <span class="soft">${team}</span>` },
  {
    head: 'Would be',
    cell: ({ action }) =>
      action === 'add' ? badge('calm', 'add', 'added') : badge('warn', 'remove', 'removed'),
  },
  { head: 'Why', cell: ({ reason }) => reason.replaceAll('_', ' ') },
  { head: 'Differs', cell: row => since(row.since) },
];
