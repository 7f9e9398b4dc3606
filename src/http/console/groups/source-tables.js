/** Tables of directory groups and unresolved members, with explanations and what to do. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { linkTo } from '../client/router.js';
import { sourceBadge } from '../widgets/badges.js';
import { ago } from '../widgets/dates.js';
import { table } from '../widgets/table.js';

/** @import { SourceGroup, Unresolved } from '../client/types.ts' */

/** @param {readonly SourceGroup[]} groups */
export function sourceTable(groups) {
  return html`<div class="list">${table(
    'Directory groups',
    [
      {
        head: 'Directory group',
        kind: 'main',
        cell: ({ name, dn }) => html`${name}<small><code>${dn}</code></small>`,
      },
      { head: 'State', cell: ({ state }) => sourceBadge(state) },
      {
        head: 'Why',
        cell: ({ explanation, reason }) => explanation ?? reason?.replaceAll('_', ' ') ?? nothing,
      },
      { head: 'What to do', cell: ({ wayOut }) => wayOut ?? nothing },
      {
        head: 'Access group',
        cell: ({ accessGroupId, groupName, team }) =>
          accessGroupId === null
            ? html`<span class="soft">none</span>`
            : html`<a href=${linkTo(['groups', accessGroupId])}>${groupName}</a> <span class="soft">${team}</span>`,
      },
    ],
    groups,
    group => group.externalId,
  )}</div>`;
}

/** @param {readonly Unresolved[]} people */
export function unresolvedTable(people) {
  return html`<div class="list">${table(
    'Unresolved members',
    [
      { head: 'Member', kind: 'main', cell: ({ member }) => html`<code>${member}</code>` },
      {
        head: 'Directory group',
        cell: ({ groupName, groupDn }) => groupName ?? html`<code>${groupDn}</code>`,
      },
      { head: 'Why', cell: ({ reason }) => reason.replaceAll('_', ' ') },
      { head: 'What to do', cell: ({ wayOut }) => wayOut },
      { head: 'Since', cell: ({ since }) => ago(since, 'unknown') },
    ],
    people,
    ({ groupDn, member }) => `${groupDn}\n${member}`,
  )}</div>`;
}
