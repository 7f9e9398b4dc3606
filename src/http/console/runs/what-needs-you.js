/** The concerns of the status, each with details and a link to the page about it. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { linkTo } from '../client/router.js';
import { since } from '../widgets/dates.js';
import { LEVELS } from '../widgets/health.js';
import { callout } from '../widgets/notices.js';

/** @import { DirectoryStatus, Concern, HeldPlan, Status, View } from '../client/types.ts' */

/**
 * @param {Status} status
 * @param {readonly HeldPlan[]} held the held plans, with the reasons
 */
export function whatNeedsYou({ health, directories }, held) {
  if (health.concerns.length === 0) return nothing;
  return html`<section class="waiting" aria-label="What needs you">${health.concerns.map(concern =>
    callout(
      LEVELS[concern.level][0],
      html`
      <p><strong>${concern.text}</strong>${concern.since ? html` ${since(concern.since)}` : nothing}</p>
      ${detailsOf(concern, directories, held).map(text => html`<p>${text}</p>`)}
      ${linkOf(concern)}`,
    ),
  )}</section>`;
}

/**
 * @param {Concern} concern
 * @param {readonly DirectoryStatus[]} directories
 * @param {readonly HeldPlan[]} held
 * @returns {readonly string[]}
 */
function detailsOf({ code, run, waiting, directory, fix }, directories, held) {
  const { lastRun } = directories.find(({ name }) => name === directory) ?? {};
  if (code === 'held') return held.find(({ digest }) => digest === waiting)?.reasons ?? [];
  if (code === 'failed' || code === 'partial') return lastRun?.errorMessage ? [lastRun.errorMessage] : [];
  return placeOf({ code, run, waiting, directory }) === undefined ? [`What to do: ${fix}.`] : [];
}

/**
 * The page that shows the concern, and the label of the link.
 * @param {Pick<Concern, 'code' | 'run' | 'waiting' | 'directory'>} concern
 * @returns {readonly [address: string, label: View] | undefined}
 */
function placeOf({ code, run, waiting, directory }) {
  const of = html`<span class="unseen"> of ${directory}</span>`;
  if (waiting !== undefined) return [linkTo(['waiting', waiting]), html`Review and decide${of}`];
  if (run !== undefined) return [linkTo(['runs', run]), html`Show run ${run}${of}`];
  if (directory === undefined) return undefined;
  if (code === 'doubt')
    return [
      linkTo(['doubts'], { directory }),
      html`Review<span class="unseen"> doubts of ${directory}</span>`,
    ];
  if (code === 'link') return [linkTo(['links'], { directory, state: 'waiting' }), html`Review links${of}`];
  if (code === 'conflict')
    return [linkTo(['groups'], { directory, state: 'conflict' }), html`Show conflicts${of}`];
  return undefined;
}

/** @param {Concern} concern */
function linkOf(concern) {
  const place = placeOf(concern);
  return place === undefined ? nothing : html`<a class="button" href=${place[0]}>${place[1]}</a>`;
}
