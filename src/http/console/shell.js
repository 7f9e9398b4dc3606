/** The frame of every page: header, navigation and footer. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { healthLine } from './widgets/health.js';
import { icon } from './widgets/icons.js';

/** @import { Answer } from './widgets/health.js' */
/** @import { IconName } from './widgets/icons.js' */
/** @import { Caller, Page, Place } from './client/types.ts' */
/** @typedef {ReturnType<typeof import('./search/search.js').createSearch>} Search */

/** @type {readonly (readonly [path: string, text: string, icon: IconName])[]} */
const PAGES = [
  ['', 'Overview', 'overview'],
  ['waiting', 'Waiting', 'held'],
  ['runs', 'Runs', 'runs'],
  ['groups', 'Groups', 'groups'],
  ['teams', 'Teams', 'teams'],
  ['people', 'People', 'people'],
  ['audit', 'Audit', 'audit'],
];

/**
 * @param {object} frame
 * @param {Page} frame.page
 * @param {Caller | undefined} frame.caller undefined if no user is signed in
 * @param {Answer | undefined} frame.health undefined if no user is signed in
 * @param {Search | undefined} frame.search undefined if no user is signed in
 * @param {Place} frame.place
 * @param {() => void} frame.signOut
 */
export function shell({ page, caller, health, search, place, signOut }) {
  return html`
    <a class="skip" href="#main" @click=${skip}>Skip to the content</a>
    <header class="top">
      <div>
        <a class="brand" href="#/"><img src="/console/icon.svg" alt="" width="28" height="28">Rollcall</a>
        ${caller === undefined ? nothing : pages(place.path[0] ?? '')}
        ${search === undefined ? nothing : searchButton(search)}
        ${caller === undefined ? nothing : who(caller, signOut)}
      </div>
      ${health === undefined ? nothing : healthLine(health)}
    </header>
    <main id="main" tabindex="-1">${page.view()}</main>
    <footer class="foot">
      <a href="/openapi.json">API description</a>
      <a href="/metrics">Metrics</a>
      <a href="/queues">Queue view</a>
    </footer>
    ${search?.view() ?? nothing}
  `;
}

/** @param {string} current */
function pages(current) {
  return html`<nav class="pages" aria-label="Pages">
    ${PAGES.map(
      ([path, text, name]) =>
        html`<a href="#/${path}" aria-current=${path === current ? 'page' : nothing}>${icon(name)}${text}</a>`,
    )}
  </nav>`;
}

/** @param {Search} search */
function searchButton({ open }) {
  return html`<button type="button" class="quiet small find" title="Search (/ or Ctrl-K)" aria-keyshortcuts="/ Control+K" @click=${open}>
    ${icon('search')}<span class="unseen">Search</span><kbd aria-hidden="true">/</kbd>
  </button>`;
}

/**
 * @param {Caller} caller
 * @param {() => void} signOut
 */
function who({ name, role, signIn, logoutUrl }, signOut) {
  const button = html`<button type="button" class="quiet small" @click=${() => signOut()}>Sign out</button>`;
  const link = logoutUrl === undefined ? nothing : html`<a href=${logoutUrl}>Sign out</a>`;
  return html`<p class="caller">
    <span><span class="unseen">Signed in as </span><bdi>${name}</bdi> <span class="soft">${role}</span></span>
    ${signIn === 'proxy' ? link : button}
  </p>`;
}

/** @param {Event} event cancelled, because the fragment of the address selects the page */
function skip(event) {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
