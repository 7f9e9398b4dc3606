/** Relative times, with the exact time as a tooltip. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { distance, duration, lasting, moment } from '../client/text.js';

/**
 * @param {string | null | undefined} iso
 * @param {string} [otherwise] shown if there is no time
 */
export function ago(iso, otherwise = 'never') {
  if (iso === undefined || iso === null) return html`<span class="soft">${otherwise}</span>`;
  const at = new Date(iso);
  return html`<time datetime=${iso} title=${moment(at)}>${distance((at.getTime() - Date.now()) / 1000)}</time>`;
}

/**
 * "for 3 minutes".
 * @param {string} iso
 */
export function since(iso) {
  const at = new Date(iso);
  return html`<time datetime=${iso} title=${moment(at)}>for ${lasting((Date.now() - at.getTime()) / 1000)}</time>`;
}

/**
 * @param {string | undefined} from
 * @param {string | undefined} to
 */
export function took(from, to) {
  return from && to ? duration(new Date(to).getTime() - new Date(from).getTime()) : '–';
}
