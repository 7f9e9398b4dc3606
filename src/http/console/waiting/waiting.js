/** What waits for a person, by cause: held plans, members in doubt, links to confirm, and groups in conflict. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { listWaiting } from '../calls/waiting.js';
import { loaded, repeat } from '../client/loading.js';
import { linkTo } from '../client/router.js';
import { counted } from '../client/text.js';
import { ago, since } from '../widgets/dates.js';
import { icon } from '../widgets/icons.js';
import { empty, whenLoaded } from '../widgets/notices.js';
import { amountOf, causeOf } from './plan-words.js';

/** @import { Concern, HeldPlan, PageContext, Page } from '../client/types.ts' */

const EVERY_MS = 2_000;

/** By concern: its page, and what it is about. @type {Readonly<Record<string, readonly [path: string, state: string, text: string]>>} */
const OTHERS = {
  doubt: ['doubts', '', 'The directory does not prove that they left. Keep or remove them.'],
  link: [
    'links',
    'waiting',
    'A user matches the entry. Confirm that both are the same person, or refuse it.',
  ],
  conflict: ['groups', 'conflict', 'Their names or teams are taken or cannot be used.'],
};

/**
 * @param {PageContext} context
 * @returns {Page}
 */
export function openWaiting({ status, update }) {
  const plans = loaded(listWaiting, update);
  const stop = repeat(async () => {
    if (plans.value !== undefined) await plans.reload();
    return EVERY_MS;
  });
  const others = () =>
    (status.value?.health.concerns ?? []).filter(({ code }) => Object.hasOwn(OTHERS, code));
  return {
    title: 'What waits',
    close: stop,
    view: () => html`
      <div class="head"><div>
        <h1 tabindex="-1">What waits for you</h1>
        <p class="soft">Without a decision, members stay, and each run applies its other changes.</p>
      </div></div>
      ${whenLoaded(plans, ({ items }) =>
        items.length + others().length === 0
          ? empty('Nothing waits for a decision.')
          : html`<ul class="inbox">${items.map(planItem)}${others().map(concernItem)}</ul>`,
      )}`,
  };
}

/** @param {HeldPlan} plan */
function planItem(plan) {
  const { digest, directory, causes, reasons, seen, state, since: from } = plan;
  return html`<li class="card">
    <div class="part-head">
      <h2><a href=${linkTo(['waiting', digest])}>${amountOf(plan)}<span class="soft"> of ${directory}</span></a></h2>
      <span class="age">${since(from)}</span>
    </div>
    <p>${reasons[0] ?? nothing}${reasons.length > 1 ? html` <span class="soft">and ${counted(reasons.length - 1, 'more reason')}</span>` : nothing}</p>
    <ul class="chips">${causes.map(code => html`<li>${icon('held')}${causeOf(code)}</li>`)}</ul>
    <p class="soft small">Found by ${counted(seen.runs, 'run')}, last ${ago(seen.lastAt)}.${state === 'approved' ? ' Approved: a run applies it now.' : ''}</p>
  </li>`;
}

/** @param {Concern} concern of OTHERS */
function concernItem({ code, directory = '', text, since: from }) {
  const [path = '', state = '', explanation = ''] = OTHERS[code] ?? [];
  const place = linkTo([path], { directory, state });
  return html`<li class="card">
    <div class="part-head">
      <h2><a href=${place}>${text}</a></h2>
      ${from ? html`<span class="age">${since(from)}</span>` : nothing}
    </div>
    <p class="soft small">${explanation}</p>
  </li>`;
}
