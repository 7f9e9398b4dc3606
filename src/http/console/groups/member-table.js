/** The table of members of a group, with the reason of each membership. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { linkTo } from '../client/router.js';
import { badge } from '../widgets/badges.js';
import { ago } from '../widgets/dates.js';
import { table } from '../widgets/table.js';

/** @import { Group, GroupMember } from '../client/types.ts' */

/**
 * @param {readonly GroupMember[]} members
 * @param {Group} group
 * @param {((group: Group, username: string) => void) | undefined} remove undefined if the role has no permission
 */
export function memberTable(members, group, remove) {
  const { team, name, managed } = group;
  return html`<div class="list">${table(
    'Members',
    [
      {
        head: 'Person',
        kind: 'main',
        cell: ({
          username,
          fullName,
          isActive,
        }) => html`<a href=${linkTo(['people', username])}>${fullName || username}</a>
          <small>${username}</small> ${isActive ? nothing : badge('calm', 'none', 'inactive')}`,
      },
      { head: 'Why', cell: member => whyOf(member) },
      { head: 'Since', cell: ({ since }) => ago(since, 'before the audit') },
      {
        head: managed ? 'Explain' : 'Actions',
        kind: 'actions',
        cell: ({ username }) => html`<span class="actions">
          <a class="button quiet small" href=${linkTo(['people', username], { team, group: name })}>Explain<span class="unseen"> ${username}</span></a>
          ${managed || remove === undefined ? nothing : html`<button type="button" class="quiet small" @click=${() => remove(group, username)}>Remove<span class="unseen"> ${username}</span></button>`}
        </span>`,
      },
    ],
    members,
    member => member.username,
  )}</div>`;
}

/** @param {GroupMember} member */
function whyOf({ reason, runId, actor }) {
  const text = reason?.replaceAll('_', ' ') ?? nothing;
  if (runId !== null)
    return html`${text} <a class="soft whole" href=${linkTo(['runs', runId])}>run ${runId}</a>`;
  return actor === null ? html`${text}` : html`${text} <span class="soft">by ${actor}</span>`;
}
