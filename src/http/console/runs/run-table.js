/** The table of runs. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { linkTo } from '../client/router.js';
import { difference, number } from '../client/text.js';
import { runBadge } from '../widgets/badges.js';
import { ago, took } from '../widgets/dates.js';
import { table } from '../widgets/table.js';

/** @import { Run } from '../client/types.ts' */

/** @param {readonly Run[]} runs */
export function runTable(runs) {
  return html`<div class="list">${table('Runs', columns(), runs, run => run.id)}</div>`;
}

/** @returns {import('../widgets/table.js').Column<Run>[]} */
function columns() {
  return [
    { head: 'Run', kind: 'main', cell: run => html`<a href=${linkTo(['runs', run.id])}>Run ${run.id}</a>` },
    { head: 'Directory', cell: run => run.directory },
    { head: 'Status', cell: run => runBadge(run) },
    { head: 'Members', kind: 'number', cell: changesOf },
    { head: 'Requested by', cell: run => run.requestedBy ?? run.trigger },
    { head: 'When', cell: run => ago(run.queuedAt) },
    { head: 'Took', kind: 'number', cell: run => took(run.startedAt, run.finishedAt) },
  ];
}

/** @param {Run} run */
function changesOf({ counts, mode }) {
  if (counts.unchanged) return html`<span class="soft">unchanged</span>`;
  if (mode === 'plan') return difference(counts.plan?.add, counts.plan?.remove);
  const changes = difference(counts.applied?.added, counts.applied?.removed);
  const { digest, removals = 0 } = counts.held ?? {};
  if (digest === undefined || removals === 0) return changes;
  const waits = html`<a href=${linkTo(['waiting', digest])}>${number(removals)} ${removals === 1 ? 'waits' : 'wait'}</a>`;
  return changes === 'none' ? waits : html`${changes}, ${waits}`;
}
