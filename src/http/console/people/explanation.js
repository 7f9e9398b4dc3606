/** Explains why a user has or lacks access: all steps, and what is missing. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { explain } from '../calls/people.js';
import { loaded } from '../client/loading.js';
import { linkTo } from '../client/router.js';
import { ago } from '../widgets/dates.js';
import { submitted, textField } from '../widgets/fields.js';
import { icon } from '../widgets/icons.js';
import { callout, whenLoaded } from '../widgets/notices.js';
import { createPeopleSuggestions } from '../widgets/suggestions.js';

/** @import { Explanation, Loaded } from '../client/types.ts' */

/** @typedef {{ readonly team: string, readonly group?: string, readonly project?: string }} Target */

/** @param {() => void} update */
export function createWhy(update) {
  /** @type {Loaded<Explanation> | undefined} */
  let answer;
  const people = createPeopleSuggestions(update);

  /**
   * @param {string} user
   * @param {Target} target
   */
  function ask(user, target) {
    answer = loaded(() => explain({ user, ...target }), update);
  }
  /** @param {Target} target */
  function view(target) {
    return html`<div class="stack">
      <form class="filters" @submit=${(/** @type {SubmitEvent} */ event) => ask(submitted(event)['who'] ?? '', target)}>
        ${textField({ label: 'Username', name: 'who', required: true, max: 30, list: 'candidates', use: people.typed })}
        ${people.view('candidates')}
        <button class="quiet">Explain</button>
      </form>
      ${answerView()}
    </div>`;
  }
  function answerView() {
    return html`<div aria-live="polite">${answer === undefined ? nothing : whenLoaded(answer, explanationView)}</div>`;
  }
  return { ask, view, answerView };
}

/** @param {Explanation} explanation */
function explanationView({ answer, steps, since, runId, missing }) {
  return html`<div class="card answer">
    ${callout(answer ? 'good' : 'warn', html`<p><strong>${answer ? 'Yes' : 'No'}</strong>${since === null ? nothing : html`, since ${ago(since)}`}${runId === null ? nothing : html`, by <a href=${linkTo(['runs', runId])}>run ${runId}</a>`}</p>`)}
    <ol class="steps">${steps.map(({ ok, text }) => html`<li class=${ok ? 'ok' : 'stop'}>${icon(ok ? 'good' : 'bad')}<span><span class="unseen">${ok ? 'Met: ' : 'Not met: '}</span>${text}</span></li>`)}</ol>
    ${missing.length === 0 ? nothing : html`<div><h3>What is missing</h3><ul>${missing.map(text => html`<li>${text}</li>`)}</ul></div>`}
  </div>`;
}
