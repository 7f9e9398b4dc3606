/** Tables that become stacked rows on a phone and stay tables for screen readers. */
import { repeat } from '/console/vendor/lit-html/directives/repeat.js';
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { empty, problem, skeleton } from './notices.js';

/** @import { Paged, View } from '../client/types.ts' */

/**
 * @template T
 * @typedef {object} Column
 * @property {string} head
 * @property {(row: T) => View | number | typeof nothing} cell
 * @property {'main' | 'number' | 'actions'} [kind] main names the row
 */

/**
 * Sets explicit roles, because a changed CSS `display` removes the implicit ones.
 * @template T
 * @param {string} label
 * @param {readonly Column<T>[]} columns
 * @param {readonly T[]} rows
 * @param {(row: T) => string | number} key
 */
export function table(label, columns, rows, key) {
  return html`<table role="table" aria-label=${label}>
    <thead role="rowgroup">
      <tr role="row">${columns.map(({ head, kind }) => html`<th role="columnheader" scope="col" class=${kind ?? ''}>${head}</th>`)}</tr>
    </thead>
    <tbody role="rowgroup">
      ${repeat(rows, key, row => html`<tr role="row">${columns.map(column => cell(column, row))}</tr>`)}
    </tbody>
  </table>`;
}

/**
 * A paged list with a text for the empty list.
 * @template T
 * @param {Paged<T>} list
 * @param {View} emptyText
 * @param {(items: readonly T[]) => View} view
 */
export function pagedList(list, emptyText, view) {
  if (list.fresh) return skeleton();
  const { items, next, error, busy, more, restart } = list;
  return html`
    ${problem(error, restart)}
    ${items.length > 0 ? view(items) : error ? nothing : empty(emptyText)}
    ${next === null ? nothing : html`<button type="button" class="quiet more" ?disabled=${busy} @click=${more}>${busy ? 'Loading…' : 'Show more'}</button>`}
  `;
}

/**
 * @template T
 * @param {Column<T>} column
 * @param {T} row
 */
function cell({ head, cell: content, kind }, row) {
  return kind === 'main'
    ? html`<th role="rowheader" scope="row" class="main">${content(row)}</th>`
    : html`<td role="cell" class=${kind ?? ''} data-label=${head}><div>${content(row)}</div></td>`;
}
