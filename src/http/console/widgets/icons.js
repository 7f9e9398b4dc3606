/** Icons. They repeat the text next to them, so they are hidden from screen readers. */
import { html, svg } from '/console/vendor/lit-html/lit-html.js';

/** Line drawings in a view box of 20 × 20. */
const SHAPES = {
  overview: svg`<path d="M3 10.5 10 4l7 6.5M5 9v7.5h10V9"/>`,
  runs: svg`<path d="M4 10a6 6 0 0 1 10.5-4M16 10a6 6 0 0 1-10.5 4M14.5 2.8V6h-3.2M5.5 17.2V14h3.2"/>`,
  groups: svg`<circle cx="7.5" cy="7" r="2.7"/><path d="M2.5 16c.4-3 2.4-4.5 5-4.5s4.6 1.5 5 4.5M13 4.6a2.7 2.7 0 0 1 0 4.8M15 12c1.4.7 2.2 2 2.5 4"/>`,
  teams: svg`<path d="M3.5 16.5V6l6.5-3 6.5 3v10.5M2 16.5h16M7 9h.1M10 9h.1M13 9h.1M8 16.5v-4h4v4"/>`,
  people: svg`<circle cx="10" cy="6.5" r="3.2"/><path d="M4 17c.5-3.5 2.8-5.2 6-5.2s5.5 1.7 6 5.2"/>`,
  audit: svg`<path d="M5 2.5h7l3.5 3.5v11.5H5zM8 9.5h5M8 12.5h5M8 6.5h2"/>`,
  good: svg`<circle cx="10" cy="10" r="7"/><path d="m6.8 10.2 2.3 2.3 4.2-4.7"/>`,
  warn: svg`<path d="M10 3 2.5 16.5h15zM10 8v4M10 14.2v.1"/>`,
  bad: svg`<circle cx="10" cy="10" r="7"/><path d="m7.5 7.5 5 5m0-5-5 5"/>`,
  held: svg`<circle cx="10" cy="10" r="7"/><path d="M8 7.5v5M12 7.5v5"/>`,
  waiting: svg`<circle cx="10" cy="10" r="7"/><path d="M10 6.2V10l2.5 1.8"/>`,
  busy: svg`<path class="turning" d="M10 3a7 7 0 1 0 7 7"/>`,
  none: svg`<circle cx="10" cy="10" r="7" stroke-dasharray="2.5 3"/>`,
  locked: svg`<rect x="4.5" y="9" width="11" height="7.5" rx="1.5"/><path d="M7 9V6.5a3 3 0 0 1 6 0V9"/>`,
  manual: svg`<path d="m4 16 .8-3.5 8.5-8.5 2.7 2.7L7.5 15.2zM11.5 5.8l2.7 2.7"/>`,
  frozen: svg`<path d="M10 2.5v15M3.5 6.2l13 7.6M16.5 6.2l-13 7.6M8 3.8l2 1.7 2-1.7M8 16.2l2-1.7 2 1.7"/>`,
  add: svg`<path d="M10 4v12M4 10h12"/>`,
  remove: svg`<path d="M4 10h12"/>`,
  next: svg`<path d="m8 5 5 5-5 5"/>`,
  out: svg`<path d="M8 3.5H4.5v13H8M12 6.5l3.5 3.5-3.5 3.5M15.5 10H8"/>`,
  search: svg`<circle cx="9" cy="9" r="5"/><path d="m13 13 4 4"/>`,
};

/** @typedef {keyof typeof SHAPES} IconName */

/** @param {IconName} name */
export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">${SHAPES[name]}</svg>`;
}
