/** The answer to "is everything all right?", which every page shows first, and the tab of the browser too. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { ago, since } from './dates.js';
import { icon } from './icons.js';

/** @import { Loaded, Status } from '../client/types.ts' */
/** @import { IconName } from './icons.js' */

/** @typedef {Pick<Status['health'], 'level' | 'text' | 'since'>} Answer */

/** @type {Readonly<Record<Answer['level'], readonly [tone: 'good' | 'warn' | 'bad', icon: IconName]>>} */
export const LEVELS = { good: ['good', 'good'], attention: ['warn', 'warn'], bad: ['bad', 'bad'] };

/**
 * If the service does not answer, its last answer is not shown as the current state.
 * @param {Loaded<Status>} status
 * @returns {Answer}
 */
export function answerOf({ value, error }) {
  if (value !== undefined && error === undefined) return value.health;
  return {
    level: 'bad',
    text: `The state is unknown: ${error?.message ?? 'not read yet'}`,
    since: undefined,
  };
}

/** @type {Readonly<Record<Answer['level'], string>>} */
const ICONS = {
  good: '/console/icon.svg',
  attention: '/console/icon-attention.svg',
  bad: '/console/icon-bad.svg',
};

/** @param {Answer} answer */
export function healthLine({ level, text, since: at }) {
  const [tone, name] = LEVELS[level];
  const age =
    at === undefined ? nothing : html`<span class="age">${level === 'good' ? ago(at) : since(at)}</span>`;
  return html`<a class="health ${tone}" href="#/"><span>${icon(name)}<span role="status">${text}</span>${age}</span></a>`;
}

/**
 * Shows the answer in the title and the icon of the tab.
 * @param {string} page the title of the page
 * @param {Answer | undefined} answer undefined: no user is signed in
 */
export function showInTab(page, answer) {
  const parts = [page, answer?.text ?? '', 'Rollcall'];
  document.title = parts.filter(part => part !== '').join(' · ');
  const href = ICONS[answer?.level ?? 'good'];
  const link = document.querySelector('link[rel=icon]');
  if (link !== null && link.getAttribute('href') !== href) link.setAttribute('href', href);
}
