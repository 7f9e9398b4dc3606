/** The console: shows the page of the address, or the sign-in page if there is no token. */
import { render } from '/console/vendor/lit-html/lit-html.js';
import { readStatus } from './calls/runs.js';
import { forgetToken, hasToken, SIGNED_OUT } from './client/api.js';
import { placeOf } from './client/router.js';
import { openSignIn } from './pages/sign-in.js';
import { pageAt } from './pages.js';
import { shell } from './shell.js';

/** @import { Caller, PageContext, Page } from './client/types.ts' */

start(required('console'), required('announcer'));

/**
 * @param {HTMLElement} root
 * @param {HTMLElement} announcer
 */
function start(root, announcer) {
  /** @type {Page | undefined} */
  let page;
  /** @type {Caller | undefined} */
  let caller;
  /** @type {number | undefined} */
  let frame;

  const announce = (/** @type {string} */ text) => {
    announcer.textContent = text;
  };
  function show() {
    frame = undefined;
    if (page === undefined) return;
    document.title = page.title === '' ? 'Rollcall' : `${page.title} · Rollcall`;
    render(shell({ page, caller, place: placeOf(location.hash), signOut }), root);
  }
  function update() {
    if (frame === undefined) frame = requestAnimationFrame(show);
  }
  /** @param {string} [message] why the user has to sign in again */
  function go(message) {
    page?.close?.();
    page = undefined;
    /** @type {PageContext} */
    const context = { place: placeOf(location.hash), isAdmin: caller?.role === 'admin', update, announce };
    page = caller === undefined ? openSignIn(context, welcome, message) : pageAt(context);
    show();
    scrollTo(0, 0);
    root.querySelector('h1')?.focus({ preventScroll: true });
  }
  /** @param {Caller} known */
  function welcome(known) {
    caller = known;
    go();
  }
  /** @param {string} [message] */
  function signOut(message) {
    forgetToken();
    caller = undefined;
    go(message);
  }

  addEventListener('hashchange', () => go());
  addEventListener(SIGNED_OUT, () => {
    if (caller !== undefined) signOut('This token is no longer accepted. Sign in with another one.');
  });
  if (!hasToken()) return go();
  readStatus().then(
    status => welcome(status.caller),
    error => signOut(error.status === 401 ? undefined : error.message),
  );
}

/** @param {string} id */
function required(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no element "${id}".`);
  return element;
}
