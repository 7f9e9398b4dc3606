/** Callouts, error messages, and placeholders for empty and loading content. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { icon } from './icons.js';

/** @import { ApiError } from '../client/api.js' */
/** @import { Loaded, View } from '../client/types.ts' */
/** @import { IconName } from './icons.js' */

/** @type {Readonly<Record<'good' | 'warn' | 'bad' | 'busy' | 'calm', IconName>>} */
const ICONS = { good: 'good', warn: 'warn', bad: 'bad', busy: 'busy', calm: 'locked' };

/**
 * @param {keyof typeof ICONS} tone
 * @param {View} content
 */
export function callout(tone, content) {
  return html`<div class="callout ${tone}">${icon(ICONS[tone])}<div>${content}</div></div>`;
}

/**
 * An error message with an optional retry button.
 * @param {ApiError | undefined} error
 * @param {(() => unknown)} [again]
 */
export function problem(error, again) {
  if (error === undefined) return nothing;
  const button =
    again && html`<button type="button" class="quiet" @click=${() => void again()}>Try again</button>`;
  return html`<div role="alert">${callout('bad', html`<p>${error.message}</p>${button ?? nothing}`)}</div>`;
}

/** @param {View} text */
export function empty(text) {
  return html`<p class="empty">${text}</p>`;
}

/** Grey lines as a placeholder for loading content. */
export function skeleton(lines = 3) {
  return html`<div class="skeleton" aria-hidden="true">${Array.from({ length: lines }, () => html`<span></span>`)}</div>`;
}

/**
 * The view of the value or, until it is loaded, a placeholder or the error.
 * @template T
 * @param {Loaded<T>} state
 * @param {(value: T) => View | typeof nothing} view
 */
export function whenLoaded(state, view) {
  if (state.value === undefined) return state.error ? problem(state.error, state.reload) : skeleton();
  return html`${problem(state.error, state.reload)}${view(state.value)}`;
}
