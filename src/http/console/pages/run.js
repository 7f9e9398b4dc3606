/** One run: its live progress and its changes. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { readRun } from '../calls/runs.js';
import { followRun } from '../client/events.js';
import { loaded } from '../client/loading.js';
import { linkTo } from '../client/router.js';
import { counted } from '../client/text.js';
import { isActive, progress, progressOf, sentenceOf, stages } from '../runs/progress.js';
import { createRunChanges } from '../runs/run-changes.js';
import { runFacts } from '../runs/run-facts.js';
import { runBadge } from '../widgets/badges.js';
import { ago, took } from '../widgets/dates.js';
import { callout, whenLoaded } from '../widgets/notices.js';

/** @import { PageContext, Page, Run } from '../client/types.ts' */

/**
 * @param {PageContext} context
 * @param {string} id
 * @returns {Page}
 */
export function openRun(context, id) {
  const { place, status, update, announce } = context;
  const stopping = new AbortController();
  let hint = '';
  const run = loaded(() => readRun(id), update);
  const changes = createRunChanges({ id, place, update });

  void followRun(
    Number(id),
    async message => {
      const state = message === undefined ? undefined : progressOf(message.text);
      hint = state?.hint ?? '';
      const before = run.value?.status;
      await show(state);
      const { value } = run;
      if (value === undefined) return run.error?.status === 0;
      if (before !== value.status) announce(sentenceOf(value));
      if (before !== undefined && before !== value.status && !isActive(value)) await ended();
      return isActive(value);
    },
    stopping.signal,
  );
  /**
   * Updates an active run from the event, without a request, so that many open pages do not load the server.
   * @param {Pick<Run, 'status' | 'counts'> | undefined} state
   */
  async function show(state) {
    if (state === undefined || run.value === undefined || !isActive(state)) return run.reload();
    run.value = { ...run.value, status: state.status, counts: state.counts };
    update();
  }
  async function ended() {
    await Promise.all([changes.restart(), status.reload()]);
  }

  return {
    title: `Run ${id}`,
    close: () => stopping.abort(),
    view: () => html`
      ${whenLoaded(
        run,
        value => html`
        ${head(value)}
        ${going(value, hint)}
        ${waits(value)}
        ${runFacts(value)}
        ${changes.view(value)}`,
      )}
    `,
  };
}

/**
 * The progress of an active run, or the error of a failed one.
 * @param {Run} run
 * @param {string} hint
 */
function going(run, hint) {
  if (run.errorMessage)
    return callout(run.status === 'partial' ? 'warn' : 'bad', html`<p>${run.errorMessage}</p>`);
  if (!isActive(run)) return nothing;
  return html`<section class="card live" aria-label="Progress">${progress(run, hint)}${stages(run)}</section>`;
}

/**
 * What the run holds, or found again, and the page about it.
 * @param {Run} run
 */
function waits({ status, mode, counts: { held } }) {
  if (held === undefined || mode === 'plan' || (status !== 'held' && held.run === undefined)) return nothing;
  const { digest, removals, groups, reasons, run } = held;
  const what = removals > 0 ? `${counted(removals, 'removal')} in ${counted(groups, 'group')}` : 'This';
  const place = digest === undefined ? linkTo(['waiting']) : linkTo(['waiting', digest]);
  if (run !== undefined)
    return callout(
      'calm',
      html`<p>This run found again what <a href=${linkTo(['runs', run])}>run ${run}</a> holds: <a href=${place}>${removals > 0 ? what : 'show it'}</a>.</p>`,
    );
  return callout(
    'warn',
    html`<p><strong>${what} ${removals > 1 ? 'wait' : 'waits'} for a decision.</strong></p>
      ${reasons.map(reason => html`<p>${reason}</p>`)}
      <a class="button" href=${place}>Review and decide</a>`,
  );
}

/** @param {Run} run */
function head(run) {
  const { id, directory, requestedBy, trigger, group, user, approves, decision } = run;
  return html`<div class="head">
    <div>
      <p class="crumb"><a href=${linkTo(['runs'])}>Runs</a></p>
      <h1 tabindex="-1">Run ${id} of ${directory}</h1>
      <p class="soft">${requestedBy ? `Requested by ${requestedBy}` : trigger === 'schedule' ? 'Scheduled' : 'Requested'} ${ago(run.queuedAt)}${run.finishedAt ? `, took ${took(run.startedAt, run.finishedAt)}` : ''}${(group ?? user) ? html`, only <code>${group ?? user}</code>` : ''}</p>
      ${approves ? html`<p>Applies what <a href=${linkTo(['runs', approves])}>run ${approves}</a> held.</p>` : nothing}
      ${decision ? html`<p>Decided by ${decision.by} ${ago(decision.at)}: “${decision.reason}”</p>` : nothing}
    </div>
    ${runBadge(run)}
  </div>`;
}
