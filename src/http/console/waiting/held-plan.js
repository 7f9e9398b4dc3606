/** One held plan: why it waits, its groups and people, and the decision. It stays at its address after the decision. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { readWaiting } from '../calls/waiting.js';
import { followChanges } from '../client/events.js';
import { loaded, repeat } from '../client/loading.js';
import { linkTo } from '../client/router.js';
import { counted } from '../client/text.js';
import { badge } from '../widgets/badges.js';
import { ago, since } from '../widgets/dates.js';
import { createDialog } from '../widgets/dialog.js';
import { callout, whenLoaded } from '../widgets/notices.js';
import { approval, rejection } from './decision-dialogs.js';
import { createHeldGroups } from './held-groups.js';
import { amountOf } from './plan-words.js';

/** @import { HeldPlan, Loaded, PageContext, Page } from '../client/types.ts' */

/** So that the page shows within a second that something else waits now. */
const EVERY_MS = 800;

/** @type {Readonly<Record<HeldPlan['state'], Parameters<typeof badge>>>} */
const STATES = {
  waiting: ['warn', 'held', 'waiting'],
  approved: ['busy', 'busy', 'approved'],
  applied: ['good', 'good', 'applied'],
  rejected: ['calm', 'bad', 'rejected'],
  superseded: ['calm', 'out', 'superseded'],
};

/**
 * @param {PageContext} context
 * @param {string} digest
 * @returns {Page}
 */
export function openHeldPlan({ status, update, announce, isAdmin }, digest) {
  const plan = loaded(() => readWaiting(digest), update);
  const dialog = createDialog(update);
  /** @type {ReturnType<typeof createHeldGroups> | undefined} */
  let groups;
  const stop = keepCurrent(plan, replaced => {
    announce(sentenceOf(replaced));
    return status.reload();
  });
  const decided = async () => void (await Promise.all([plan.reload(), status.reload()]));

  /** @param {HeldPlan} value */
  function decisions(value) {
    if (value.decisions.length === 0) return nothing;
    if (!isAdmin) return html`<p class="soft">Only the role admin can approve or reject.</p>`;
    const chosen = groups?.chosen();
    const which = chosen ? ' selected' : '';
    const what = chosen?.text ?? amountOf(value);
    return html`<div class="decide">
      <p class="soft">${chosen ? `${what} selected. The other groups continue to wait.` : 'Without a decision it continues to wait: members stay, and each run applies its other changes.'}</p>
      <div class="actions">
        ${value.decisions.includes('approve') ? html`<button type="button" class="danger" ?disabled=${chosen?.ids.length === 0} @click=${() => dialog.ask(approval(value, what, chosen?.ids, announce))}>Approve${which}…</button>` : nothing}
        <button type="button" class="quiet" ?disabled=${chosen?.ids.length === 0} @click=${() => dialog.ask(rejection(value, what, chosen?.ids, announce, decided))}>Reject${which}…</button>
      </div>
    </div>`;
  }
  return {
    title: plan.value ? amountOf(plan.value) : 'What waits',
    close: stop,
    view: () => html`
      ${whenLoaded(plan, value => {
        groups ??= createHeldGroups(value, update);
        const isOver = value.state === 'rejected' || value.state === 'superseded';
        return html`
          ${head(value)}
          ${outcome(value)}
          <section class="part stack" aria-labelledby="why">
            <h2 id="why">${isOver ? 'Why it waited' : 'Why it waits'}</h2>
            ${callout(isOver ? 'calm' : 'warn', html`${value.reasons.map(reason => html`<p>${reason}</p>`)}`)}
          </section>
          <section class="part stack" aria-labelledby="groups">
            <h2 id="groups">${isOver ? 'What would have changed' : 'What would change'}</h2>
            ${decisions(value)}
            ${value.groups === 0 ? html`<p class="soft">Nothing: the run trusted the read too little to plan removals.</p>` : groups.view(isAdmin && value.decisions.includes('approve'))}
          </section>`;
      })}
      ${dialog.view()}`,
  };
}

/**
 * Reads the plan again after changes of members, and periodically.
 * @param {Loaded<HeldPlan>} plan
 * @param {(plan: HeldPlan) => Promise<void>} changed is called when another plan waits now, or after a decision
 * @returns {() => void} stops it
 */
function keepCurrent(plan, changed) {
  const look = async () => {
    const before = plan.value;
    if (before === undefined) return;
    await plan.reload();
    const now = plan.value;
    if (now !== undefined && (now.state !== before.state || now.replacedBy !== before.replacedBy))
      await changed(now);
  };
  const stop = repeat(async () => {
    await look();
    return EVERY_MS;
  });
  const unfollow = followChanges(look);
  return () => {
    stop();
    unfollow();
  };
}

/** @param {HeldPlan} plan */
function head(plan) {
  const { run, directory, seen, state, since: from, reverts } = plan;
  return html`<div class="head">
    <div>
      <p class="crumb"><a href=${linkTo(['waiting'])}>What waits</a></p>
      <h1 tabindex="-1">${amountOf(plan)} <span class="soft">of ${directory}</span></h1>
      <p class="soft">${state === 'waiting' ? html`Waits ${since(from)}, since` : html`Found ${ago(from)} by`} <a href=${linkTo(['runs', run])}>run ${run}</a>.
        ${seen.runs > 1 ? html`Found by ${counted(seen.runs, 'run')}, last ${ago(seen.lastAt)} by <a href=${linkTo(['runs', seen.lastRun])}>run ${seen.lastRun}</a>.` : nothing}
        ${reverts ? html`It reverts <a href=${linkTo(['runs', reverts])}>run ${reverts}</a>.` : nothing}</p>
    </div>
    ${badge(...STATES[state])}
  </div>`;
}

/**
 * What became of the plan, and where to go on.
 * @param {HeldPlan} plan
 */
function outcome(plan) {
  const { state, decision, appliedBy, replacedBy } = plan;
  if (state === 'waiting' && decision === undefined) return nothing;
  return html`<div role="status">${callout(
    state === 'superseded' ? 'warn' : 'calm',
    html`
      ${state === 'waiting' ? nothing : html`<p><strong>${sentenceOf(plan)}</strong></p>`}
      ${decision ? html`<p>Decided by ${decision.by} ${ago(decision.at)}: “${decision.reason}”</p>` : nothing}
      ${appliedBy ? html`<p><a href=${linkTo(['runs', appliedBy])}>Run ${appliedBy}</a> applies it.</p>` : nothing}
      ${replacedBy ? html`<a class="button" href=${linkTo(['waiting', replacedBy])}>Review what waits now</a>` : nothing}`,
  )}</div>`;
}

/** @param {HeldPlan} plan */
function sentenceOf({ state, replacedBy }) {
  if (state === 'approved')
    return 'Approved: a run reads the directory again and applies what is still true.';
  if (state === 'applied') return 'Approved and applied.';
  if (state === 'rejected') return 'Rejected: no member is removed.';
  if (state === 'waiting') return 'It waits for a decision.';
  return replacedBy
    ? 'A newer run found something else, which waits now.'
    : 'A newer run no longer found this. Nothing waits.';
}
