import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { listChanges, listRunMembers, readRun } from '../calls/runs.js';
import { followRun } from '../events.js';
import { afterTyping, loaded, paged } from '../loading.js';
import { runBadge } from '../parts/badges.js';
import { changeTable, memberTable } from '../parts/change-tables.js';
import { createDialog } from '../parts/dialog.js';
import { searchField } from '../parts/fields.js';
import { createHeld } from '../parts/held.js';
import { ago, took } from '../parts/moments.js';
import { callout, whenLoaded } from '../parts/notices.js';
import { isActive, progress, sentenceOf, stages } from '../parts/progress.js';
import { runFacts } from '../parts/run-facts.js';
import { pagedList } from '../parts/table.js';
import { keepInAddress, linkTo } from '../router.js';
import { hintOf } from '../text.js';

/** @import { Ground, Page, Run } from '../types.ts' */

/**
 * One run: live while it goes on, then what it changed, and what waits for a person.
 * @param {Ground} ground
 * @param {string} id
 * @returns {Page}
 */
export function openRun(ground, id) {
  const { place, update, announce, isAdmin } = ground;
  const stopping = new AbortController();
  let search = place.query.get('search') ?? '';
  let hint = '';
  const run = loaded(() => readRun(id), update);
  const asked = (/** @type {string | undefined} */ cursor) => ({
    ...(cursor && { cursor }),
    ...(search && { search }),
  });
  const changes = paged(cursor => listChanges(id, asked(cursor)), update);
  const members = paged(cursor => listRunMembers(id, asked(cursor)), update);
  const dialog = createDialog(update);
  const held = createHeld({ id, dialog, update, announce });

  const searched = afterTyping(text => {
    search = text;
    keepInAddress(place, { search });
    void changes.restart();
    void members.restart();
  });
  void followRun(
    Number(id),
    async message => {
      hint = message === undefined ? '' : hintOf(message.text);
      const before = run.value?.status;
      await run.reload();
      const { value } = run;
      if (value === undefined) return run.error?.status === 0;
      if (before !== value.status) announce(sentenceOf(value));
      if (before !== undefined && before !== value.status && !isActive(value)) await ended();
      return isActive(value);
    },
    stopping.signal,
  );
  async function ended() {
    await Promise.all([changes.restart(), members.restart(), held.reload()]);
  }

  return {
    title: `Run ${id}`,
    close: () => stopping.abort(),
    view: () => html`
      ${whenLoaded(
        run,
        value => html`
        ${head(value)}
        ${value.errorMessage ? callout(value.status === 'partial' ? 'warn' : 'bad', html`<p>${value.errorMessage}</p>`) : nothing}
        ${isActive(value) ? html`<section class="card live" aria-label="Progress">${progress(value, hint)}${stages(value)}</section>` : nothing}
        ${value.status === 'held' ? held.view(value, isAdmin) : nothing}
        ${runFacts(value)}
        <section class="part" aria-labelledby="changes">
          <div class="part-head">
            <h2 id="changes">${value.mode === 'plan' ? 'What would change' : 'Groups'}</h2>
            ${searchField('Search groups and people', search, searched)}
          </div>
          ${pagedList(changes, nothingOf(value, search), changeTable)}
        </section>
        ${
          value.mode === 'plan'
            ? nothing
            : html`<section class="part" aria-labelledby="members">
          <div class="part-head"><h2 id="members">People</h2></div>
          ${pagedList(members, 'No membership was changed.', memberTable)}
        </section>`
        }`,
      )}
      ${dialog.view()}
    `,
  };
}

/** @param {Run} run */
function head(run) {
  const { id, directory, requestedBy, trigger, group, approves, decision } = run;
  return html`<div class="head">
    <div>
      <p class="crumb"><a href=${linkTo(['runs'])}>Runs</a></p>
      <h1 tabindex="-1">Run ${id} of ${directory}</h1>
      <p class="soft">${requestedBy ? `Asked for by ${requestedBy}` : trigger === 'schedule' ? 'By schedule' : 'By hand'} ${ago(run.queuedAt)}${run.finishedAt ? `, took ${took(run.startedAt, run.finishedAt)}` : ''}${group ? html`, only <code>${group}</code>` : ''}</p>
      ${approves ? html`<p>Applies what <a href=${linkTo(['runs', approves])}>run ${approves}</a> held.</p>` : nothing}
      ${decision ? html`<p>Decided by ${decision.by} ${ago(decision.at)}: “${decision.reason}”</p>` : nothing}
    </div>
    ${runBadge(run)}
  </div>`;
}

/**
 * @param {Run} run
 * @param {string} search
 */
function nothingOf(run, search) {
  if (search !== '') return `Nothing in this run matches “${search}”.`;
  if (isActive(run)) return 'The changes show here once the plan is saved.';
  return run.counts.unchanged
    ? 'The directory had not changed, so it was not read.'
    : 'No group had to be changed.';
}
