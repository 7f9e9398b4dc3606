/** Tables of the changes of a run: by group and by member. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { linkTo } from '../client/router.js';
import { difference } from '../client/text.js';
import { badge } from '../widgets/badges.js';
import { table } from '../widgets/table.js';

/** @import { RunChange, RunMember } from '../client/types.ts' */
/** @import { IconName } from '../widgets/icons.js' */
/** @import { Tone } from '../widgets/badges.js' */

/** @type {Readonly<Record<RunChange['kind'], string>>} */
export const KINDS = {
  create: 'create',
  rename: 'rename',
  update: 'update',
  missing: 'missing',
  retire: 'retire',
  conflict: 'conflict',
  unknown: 'not readable',
  doubt: 'in doubt',
};

/** @type {Readonly<Record<RunChange['outcome'], readonly [Tone, IconName]>>} */
const OUTCOMES = {
  pending: ['busy', 'waiting'],
  applied: ['good', 'good'],
  unchanged: ['calm', 'good'],
  superseded: ['calm', 'none'],
  failed: ['bad', 'bad'],
  held: ['warn', 'held'],
  rejected: ['calm', 'bad'],
  planned: ['calm', 'none'],
  noted: ['calm', 'none'],
};

/** @param {readonly RunChange[]} changes */
export function changeTable(changes) {
  return html`<div class="list">${table('Groups in this run', changeColumns(), changes, ({ team, name, kind }) => `${team}/${name}/${kind}`)}</div>`;
}

/** @returns {import('../widgets/table.js').Column<RunChange>[]} */
function changeColumns() {
  return [
    {
      head: 'Group',
      kind: 'main',
      cell: ({ team, name, previousName, reason, error }) =>
        html`<a href=${linkTo(['teams', team], { search: name })}>${name}</a>
          <small>${team}${previousName ? `, was ${previousName}` : ''}${reason ? ` · ${reason.replaceAll('_', ' ')}` : ''}${error ? ` · ${error}` : ''}</small>`,
    },
    { head: 'Change', cell: ({ kind }) => KINDS[kind] },
    {
      head: 'Planned',
      kind: 'number',
      cell: ({ add, remove }) => (add + remove === 0 ? nothing : difference(add, remove)),
    },
    {
      head: 'Done',
      kind: 'number',
      cell: ({ added, removed }) => (added + removed === 0 ? nothing : difference(added, removed)),
    },
    {
      head: 'Outcome',
      cell: ({ outcome, held, kept }) =>
        kept > 0
          ? badge('warn', 'warn', `${kept} ${kept === 1 ? 'stays' : 'stay'}`)
          : badge(
              ...OUTCOMES[outcome],
              held === 0 ? outcome : outcome === 'held' ? `${held} held` : `${outcome}, ${held} held`,
            ),
    },
  ];
}

/** @param {readonly RunMember[]} members */
export function memberTable(members) {
  const key = (/** @type {RunMember} */ { team, group, username, action, held }) =>
    [team, group, username, action, held].join('/');
  return html`<div class="list">${table('People in this run', memberColumns(), members, key)}</div>`;
}

/** @returns {import('../widgets/table.js').Column<RunMember>[]} */
function memberColumns() {
  return [
    {
      head: 'Person',
      kind: 'main',
      cell: ({ username }) => html`<a href=${linkTo(['people', username])}>${username}</a>`,
    },
    { head: 'Group', cell: ({ team, group }) => html`${group} <span class="soft">${team}</span>` },
    {
      head: 'Change',
      cell: ({ action, held }) =>
        held
          ? badge('warn', 'held', 'removal held')
          : badge('calm', action === 'add' ? 'add' : 'remove', action === 'add' ? 'added' : 'removed'),
    },
    { head: 'Why', cell: ({ reason }) => (reason ? reason.replaceAll('_', ' ') : nothing) },
  ];
}
