/** Plots of the changes and durations of the last runs, with the same numbers as an accessible table. */
import { ref } from '/console/vendor/lit-html/directives/ref.js';
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { linkTo } from '../client/router.js';
import { number } from '../client/text.js';
import { took } from '../widgets/dates.js';
import { table } from '../widgets/table.js';
import { createPlot } from './plot.js';

/** @import { Run } from '../client/types.ts' */

/** Two plots of finished runs, oldest first. */
export function createRunPlots() {
  const members = createPlot({
    kind: 'bars',
    series: [
      { label: 'added', color: '--plot-added' },
      { label: 'removed', color: '--plot-removed' },
      { label: 'held', color: '--plot-held' },
    ],
    format: value => number(Math.abs(value)),
  });
  const durations = createPlot({
    kind: 'line',
    series: [{ label: 'seconds', color: '--accent' }],
    format: value => `${value} s`,
  });

  /** @param {readonly Run[]} runs newest first */
  function view(runs) {
    const done = runs
      .filter(run => run.mode === 'apply' && run.startedAt && run.finishedAt && !run.counts.unchanged)
      .toReversed();
    if (done.length < 2) return nothing;
    const ids = done.map(run => run.id);
    members.show(ids, [done.map(addedBy), done.map(run => -removedBy(run)), done.map(run => -heldBy(run))]);
    durations.show(ids, [done.map(secondsOf)]);
    return html`<section class="part" aria-labelledby="plots">
      <div class="part-head"><h2 id="plots">The last ${number(done.length)} runs that read a directory</h2></div>
      <div class="plots" aria-hidden="true">
        <figure class="card">
          <figcaption>Members per run <span class="legend"><i class="added"></i>added ↑ <i class="removed"></i>removed ↓ <i class="held"></i>held ↓</span></figcaption>
          <div class="plot" ${ref(members.mount)}></div>
        </figure>
        <figure class="card">
          <figcaption>Duration per run <span class="legend">seconds</span></figcaption>
          <div class="plot" ${ref(durations.mount)}></div>
        </figure>
      </div>
      <details class="numbers">
        <summary>The same as numbers</summary>
        <div class="list">${table('Members and duration per run', columns(), done.toReversed(), run => run.id)}</div>
      </details>
    </section>`;
  }
  function close() {
    members.close();
    durations.close();
  }
  return { view, close };
}

/** @returns {import('../widgets/table.js').Column<Run>[]} */
function columns() {
  return [
    {
      head: 'Run',
      kind: 'main',
      cell: run => html`<a href=${linkTo(['runs', run.id])}>Run ${run.id} of ${run.directory}</a>`,
    },
    { head: 'Added', kind: 'number', cell: run => number(addedBy(run)) },
    { head: 'Removed', kind: 'number', cell: run => number(removedBy(run)) },
    { head: 'Held', kind: 'number', cell: run => number(heldBy(run)) },
    { head: 'Took', kind: 'number', cell: run => took(run.startedAt, run.finishedAt) },
  ];
}

/** @param {Run} run */
const addedBy = run => run.counts.applied?.added ?? 0;
/** @param {Run} run */
const removedBy = run => run.counts.applied?.removed ?? 0;
/** @param {Run} run */
const heldBy = run => run.counts.held?.removals ?? 0;
/** @param {Run} run */
function secondsOf({ startedAt, finishedAt }) {
  return startedAt && finishedAt ? (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000 : 0;
}
