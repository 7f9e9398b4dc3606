/** The table of AccessGroups. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { linkTo } from '../client/router.js';
import { number } from '../client/text.js';
import { groupBadges, groupDifference } from '../widgets/badges.js';
import { icon } from '../widgets/icons.js';
import { table } from '../widgets/table.js';

/** @import { GroupSummary } from '../client/types.ts' */

/**
 * @param {readonly GroupSummary[]} groups
 * @param {{ readonly withTeam: boolean }} shown
 */
export function groupTable(groups, { withTeam }) {
  return html`<div class="list">${table('Access groups', columns(withTeam), groups, group => group.id)}</div>`;
}

/**
 * @param {boolean} withTeam
 * @returns {import('../widgets/table.js').Column<GroupSummary>[]}
 */
function columns(withTeam) {
  return [
    {
      head: 'Name',
      kind: 'main',
      cell: ({ id, name, team, managed, directory }) => html`<a href=${linkTo(['groups', id])}>${name}</a>
        <small>${withTeam ? html`${team}${managed ? ' · ' : nothing}` : nothing}${managed ? html`${icon('locked')} automatically managed, from ${directory}` : nothing}</small>`,
    },
    { head: 'Access', cell: ({ access }) => access },
    { head: 'Members', kind: 'number', cell: ({ members }) => number(members) },
    {
      head: 'Projects',
      cell: ({ projects }) =>
        projects.length === 0 ? html`<span class="soft">none: grants nothing</span>` : projects.join(', '),
    },
    { head: 'State', cell: group => html`${groupBadges(group)} ${groupDifference(group)}` },
    {
      head: 'Actions',
      kind: 'actions',
      cell: ({ id, name, managed }) =>
        html`<a class="button quiet small" href=${linkTo(['groups', id])}>${managed ? 'View' : 'Edit'}<span class="unseen"> ${name}</span></a>`,
    },
  ];
}
