/** The table of audit entries. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { linkTo } from '../client/router.js';
import { badge } from '../widgets/badges.js';
import { ago } from '../widgets/dates.js';
import { table } from '../widgets/table.js';

/** @import { AuditEntry } from '../client/types.ts' */

/** @param {readonly AuditEntry[]} entries */
export function auditTable(entries) {
  const keys = new Map(entries.map((entry, at) => [entry, at]));
  return html`<div class="list">${table('Audit', columns(), entries, entry => keys.get(entry) ?? -1)}</div>`;
}

/** @returns {import('../widgets/table.js').Column<AuditEntry>[]} */
function columns() {
  return [
    { head: 'When', cell: ({ at }) => ago(at) },
    { head: 'What', cell: actionOf },
    {
      head: 'Who or what',
      kind: 'main',
      cell: ({ username, group, team }) =>
        username
          ? html`<a href=${linkTo(['people', username])}>${username}</a>`
          : html`${group}<small>${team}</small>`,
    },
    {
      head: 'Group',
      cell: ({ username, group, team }) =>
        username ? html`${group} <span class="soft">${team}</span>` : nothing,
    },
    {
      head: 'By',
      cell: ({ runId, actor, databaseRole }) =>
        runId === undefined
          ? html`${actor}${databaseRole ? html` <span class="soft">role ${databaseRole}</span>` : nothing}`
          : html`<a class="whole" href=${linkTo(['runs', runId])}>run ${runId}</a>`,
    },
    { head: 'Why', cell: ({ reason }) => reason?.replaceAll('_', ' ') ?? nothing },
  ];
}

/** @param {AuditEntry} entry */
function actionOf({ kind, action }) {
  if (kind === 'group') return badge('calm', 'groups', `group: ${action}`);
  return action === 'add' ? badge('good', 'add', 'added') : badge('warn', 'remove', 'removed');
}
