/** Status of all directories, open decisions and recent runs. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { listRuns, requestRun } from '../calls/runs.js';
import { listWaiting } from '../calls/waiting.js';
import { followChanges } from '../client/events.js';
import { apiError, loaded, repeat } from '../client/loading.js';
import { linkTo } from '../client/router.js';
import { createRunPlots } from '../plots/run-plots.js';
import { directoryCard } from '../runs/directory-card.js';
import { isActive, sentenceOf } from '../runs/progress.js';
import { runTable } from '../runs/run-table.js';
import { whatNeedsYou } from '../runs/what-needs-you.js';
import { ago } from '../widgets/dates.js';
import { empty, problem, whenLoaded } from '../widgets/notices.js';

/** @import { ApiError } from '../client/api.js' */
/** @import { Loaded, PageContext, Page, Status } from '../client/types.ts' */

const BUSY_MS = 1_500;
/** So that the page shows a broken watch within three seconds. */
const LIVE_MS = 2_000;
const IDLE_MS = 10_000;
/** Number of runs in the plots and in the list. */
const PLOTTED = 60;
const LISTED = 6;

const readRuns = () => Promise.all([listRuns({ limit: PLOTTED }), listWaiting()]);

/**
 * @param {PageContext} context
 * @returns {Page}
 */
export function openOverview({ status, isAdmin, update, announce }) {
  const runs = loaded(readRuns, update);
  const plots = createRunPlots();
  /** Runs requested here whose end is not yet announced. @type {Set<number>} */
  const watched = new Set();
  /** @type {ApiError | undefined} */
  let refused;

  const stop = keepCurrent({ status, runs }, watched, announce);

  /** @param {string} directory */
  async function resync(directory) {
    try {
      const run = await requestRun(directory);
      watched.add(run.id);
      refused = undefined;
      announce(`Run ${run.id} of ${directory} is ${run.status}.`);
      location.hash = linkTo(['runs', run.id]);
    } catch (error) {
      refused = apiError(error);
      update();
    }
  }

  return {
    title: '',
    close: () => {
      stop();
      plots.close();
    },
    view: () => html`
      <h1 class="unseen" tabindex="-1">Overview</h1>
      ${problem(refused)}
      ${status.value ? whatNeedsYou(status.value, runs.value?.[1].items ?? []) : nothing}
      <section aria-labelledby="directories">
        <div class="part-head"><h2 id="directories">Directories</h2></div>
        ${cards(status.value, isAdmin ? resync : undefined)}
        ${lastReload(status.value)}
      </section>
      ${whenLoaded(
        runs,
        ([{ items }]) => html`
        ${plots.view(items)}
        <section class="part" aria-labelledby="recent">
          <div class="part-head"><h2 id="recent">Recent runs</h2><a href=${linkTo(['runs'])}>All runs</a></div>
          ${items.length === 0 ? empty('No runs yet.') : runTable(items.slice(0, LISTED))}
        </section>`,
      )}
    `,
  };
}

/**
 * Reads again after changes of members, and periodically.
 * @param {{ readonly status: Loaded<Status>, readonly runs: Loaded<Awaited<ReturnType<typeof readRuns>>> }} state
 * @param {Set<number>} watched
 * @param {PageContext['announce']} announce
 * @returns {() => void} stops it
 */
function keepCurrent({ status, runs }, watched, announce) {
  const reload = () => Promise.all([status.reload(), runs.reload()]);
  const stop = repeat(async () => {
    if (runs.value !== undefined) await reload();
    const [{ items }] = runs.value ?? [{ items: [] }];
    const directories = status.value?.directories ?? [];
    for (const run of items.filter(one => watched.has(one.id) && !isActive(one))) {
      watched.delete(run.id);
      announce(sentenceOf(run));
    }
    if (items.some(isActive) || watched.size > 0) return BUSY_MS;
    return directories.some(({ watch }) => watch !== undefined) ? LIVE_MS : IDLE_MS;
  });
  const unfollow = followChanges(reload);
  return () => {
    stop();
    unfollow();
  };
}

/**
 * @param {Status | undefined} status
 * @param {((name: string) => void) | undefined} resync undefined if the role has no permission
 */
function cards(status, resync) {
  if (status === undefined) return nothing;
  const { directories, health } = status;
  if (directories.length === 0) return empty('No directory is configured.');
  return html`<ul class="cards">${directories.map(one => directoryCard(one, health.concerns, resync))}</ul>`;
}

/**
 * The last reload of the configuration by any process.
 * @param {Status | undefined} status
 */
function lastReload(status) {
  const reloads = (status?.processes ?? []).flatMap(process => process.lastReload ?? []);
  const [last] = reloads.toSorted((one, other) => other.at.localeCompare(one.at));
  if (last === undefined) return nothing;
  const { at, by, changed, problems } = last;
  const what =
    problems.length > 0
      ? `It was refused: ${problems.join('; ')}`
      : `Changed: ${changed.length === 0 ? 'nothing' : changed.join(', ')}`;
  return html`<p class="soft small">The last reload of the configuration was ${ago(at)}, by ${by}. ${what}.</p>`;
}
