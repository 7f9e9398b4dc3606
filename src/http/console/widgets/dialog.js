/** A modal dialog with one question at a time: an explanation, an optional reason, and the buttons. */
import { ref } from '/console/vendor/lit-html/directives/ref.js';
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { ApiError } from '../client/api.js';
import { submitted } from './fields.js';
import { problem } from './notices.js';

/** @import { View } from '../client/types.ts' */

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {() => View} body
 * @property {string} yes the label of the confirm button
 * @property {boolean} [danger] true if data or access is lost
 * @property {string} [reason] label of the reason field; undefined: no reason needed
 * @property {() => boolean} [ready] whether the user can confirm yet
 * @property {(reason: string) => Promise<unknown>} act the dialog stays open on an error, which it shows, and for the result 'again'
 */

/** @param {() => void} update */
export function createDialog(update) {
  /** @type {Question | undefined} */
  let question;
  /** @type {ApiError | undefined} */
  let error;
  let busy = false;

  /** @param {Question} next */
  function ask(next) {
    question = next;
    error = undefined;
    busy = false;
    update();
  }
  function close() {
    question = undefined;
    update();
  }
  /** @param {SubmitEvent} event */
  async function answer(event) {
    const { reason = '' } = submitted(event);
    if (question === undefined || busy) return;
    busy = true;
    update();
    try {
      if ((await question.act(reason)) !== 'again') close();
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      error = failure;
    }
    busy = false;
    update();
  }
  function view() {
    if (question === undefined) return nothing;
    const { title, body, yes, danger = false, reason, ready } = question;
    return html`<dialog ${ref(showModal)} aria-labelledby="dialog-title" @close=${close}>
      <form @submit=${answer}>
        <h2 id="dialog-title">${title}</h2>
        ${body()}
        ${reason === undefined ? nothing : reasonField(reason)}
        ${problem(error)}
        <div class="actions">
          <button type="button" class="quiet" @click=${close}>Cancel</button>
          <button class=${danger ? 'danger' : ''} ?disabled=${busy || ready?.() === false}>${busy ? 'Please wait…' : yes}</button>
        </div>
      </form>
    </dialog>`;
  }
  return { ask, view };
}

/** @typedef {ReturnType<typeof createDialog>} Dialog */

/** @param {string} label */
function reasonField(label) {
  return html`<div class="field">
    <label for="dialog-reason">${label}</label>
    <textarea id="dialog-reason" name="reason" rows="2" maxlength="1000" required></textarea>
  </div>`;
}

/**
 * For `ref` of lit.
 * @param {Element | undefined} element
 */
export function showModal(element) {
  // lit inserts the element into the document later.
  queueMicrotask(() => {
    if (element instanceof HTMLDialogElement && element.isConnected && !element.open) element.showModal();
  });
}
