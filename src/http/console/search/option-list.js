/** The options of the search, by section. The first of them has the number 0. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { icon } from '../widgets/icons.js';

/** @import { Option, Section } from './options.js' */

/** @param {number} index of an option */
export function idOf(index) {
  return `found-${index}`;
}

/**
 * @param {readonly Section[]} sections
 * @param {number} active the number of the option that Enter chooses
 * @param {(option: Option) => unknown} choose
 */
export function optionList(sections, active, choose) {
  const numbers = new Map(sections.flatMap(({ options }) => options).map((option, index) => [option, index]));
  return sections.map(
    ({ title, options, incomplete }, at) => html`<div role="group" aria-labelledby="found-in-${at}">
      <p id="found-in-${at}" role="presentation">${title}${incomplete ? ': the first, add words for others' : ''}</p>
      ${options.map(option => optionView(option, numbers.get(option) ?? 0, active, choose))}
    </div>`,
  );
}

/**
 * @param {Option} option
 * @param {number} index
 * @param {number} active
 * @param {(option: Option) => unknown} choose
 */
function optionView(option, index, active, choose) {
  const { icon: name, text, detail = '', href } = option;
  const content = html`${icon(name)}<span><bdi>${text}</bdi> <small>${detail}</small></span>`;
  const isActive = index === active ? 'true' : 'false';
  const click = (/** @type {MouseEvent} */ event) => {
    // The browser opens other tabs.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(option);
  };
  return href === undefined
    ? html`<button type="button" role="option" tabindex="-1" id=${idOf(index)} aria-selected=${isActive} @click=${click}>${content}</button>`
    : html`<a role="option" tabindex="-1" id=${idOf(index)} aria-selected=${isActive} href=${href} @click=${click}>${content}</a>`;
}
