/** Status of all directories, open decisions and recent runs. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { listRuns, readStatus, requestRun } from '../calls/runs.js';
import { followChanges } from '../client/events.js';
import { apiError, loaded, repeat } from '../client/loading.js';
import { linkTo } from '../client/router.js';
import { counted } from '../client/text.js';
import { createRunPlots } from '../plots/run-plots.js';
import { directoryCard } from '../runs/directory-card.js';
import { isActive, sentenceOf } from '../runs/progress.js';
import { runTable } from '../runs/run-table.js';
import { ago } from '../widgets/dates.js';
import { callout, empty, problem, whenLoaded } from '../widgets/notices.js';

/** @import { ApiError } from '../client/api.js' */
/** @import { DirectoryStatus, Loaded, PageContext, Page, Run } from '../client/types.ts' */

const BUSY_MS = 1_500;
/** So that the page shows a broken watch within three seconds. */
const LIVE_MS = 2_000;
const IDLE_MS = 10_000;
/** Number of runs in the plots and in the list. */
const PLOTTED = 60;
const LISTED = 6;

const readAll = () => Promise.all([readStatus(), listRuns({ limit: PLOTTED }), listRuns({ status: 'held' })]);

/**
 * @param {PageContext} context
 * @returns {Page}
 */
export function openOverview({ isAdmin, update, announce }) {
  const state = loaded(readAll, update);
  const plots = createRunPlots();
  /** Runs requested here whose end is not yet announced. @type {Set<number>} */
  const watched = new Set();
  /** @type {ApiError | undefined} */
  let refused;

  const stop = keepCurrent(state, watched, announce);

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
      ${whenLoaded(
        state,
        ([{ directories, obstacle }, { items }, held]) => html`
        ${obstacle ? callout('bad', html`<p><strong>${obstacle === 'disk_full' ? 'The disk of PostgreSQL is full' : 'PostgreSQL is read-only'}</strong>: nothing is synced, and nothing can be changed, until it takes changes again.</p>`) : nothing}
        ${waiting(held.items, directories)}
        <section aria-labelledby="directories">
          <div class="part-head"><h2 id="directories">Directories</h2></div>
          ${directories.length === 0 ? empty('No directory is configured.') : html`<ul class="cards">${directories.map(one => directoryCard(one, isAdmin ? resync : undefined))}</ul>`}
        </section>
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
 * @param {Loaded<Awaited<ReturnType<typeof readAll>>>} state
 * @param {Set<number>} watched
 * @param {PageContext['announce']} announce
 * @returns {() => void} stops it
 */
function keepCurrent(state, watched, announce) {
  const stop = repeat(async () => {
    if (state.value !== undefined) await state.reload();
    const [{ directories }, { items }] = state.value ?? [{ directories: [] }, { items: [] }];
    for (const run of items.filter(one => watched.has(one.id) && !isActive(one))) {
      watched.delete(run.id);
      announce(sentenceOf(run));
    }
    if (items.some(isActive) || watched.size > 0) return BUSY_MS;
    return directories.some(({ watch }) => watch !== undefined) ? LIVE_MS : IDLE_MS;
  });
  const unfollow = followChanges(state.reload);
  return () => {
    stop();
    unfollow();
  };
}

/**
 * @param {readonly Run[]} held
 * @param {readonly DirectoryStatus[]} directories
 */
function waiting(held, directories) {
  const doubted = directories.filter(({ doubts }) => doubts.undecided > 0);
  if (held.length + doubted.length === 0) return nothing;
  return html`<section class="waiting" aria-label="Open decisions">${held.map(({ id, directory, counts }) =>
    callout(
      'warn',
      html`
      <p><strong>${counts.held && counts.held.removals > 0 ? `${counted(counts.held.removals, 'removal')} in ${counted(counts.held.groups, 'group')} of ${directory} wait for you` : `Run ${id} of ${directory} is held`}</strong></p>
      ${counts.held?.reasons.map(reason => html`<p>${reason}</p>`)}
      <a class="button" href=${linkTo(['runs', id])}>Review run ${id}</a>`,
    ),
  )}${doubted.map(inDoubt)}</section>`;
}

/** @param {DirectoryStatus} directory */
function inDoubt({ name, doubts: { undecided, oldestSince } }) {
  return callout(
    'warn',
    html`
      <p><strong>${counted(undecided, 'member')} of ${name} ${undecided === 1 ? 'stays' : 'stay'} in doubt</strong>, the oldest began ${ago(oldestSince)}</p>
      <a class="button" href=${linkTo(['doubts'], { directory: name })}>Review<span class="unseen"> doubts of ${name}</span></a>`,
  );
}
