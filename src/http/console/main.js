/** The console: shows the page of the address, or the sign-in page if there is no token, no session and no proxy that signs in. */
import { render } from '/console/vendor/lit-html/lit-html.js';
import { endSession, followStatus, readStatus } from './calls/status.js';
import { forgetToken, SIGNED_OUT } from './client/api.js';
import { placeOf } from './client/router.js';
import { openSignIn } from './pages/sign-in.js';
import { pageAt } from './pages.js';
import { createSearch } from './search/search.js';
import { shell } from './shell.js';
import { answerOf, showInTab } from './widgets/health.js';

/** @import { Caller, PageContext, Page, Status } from './client/types.ts' */

start(required('console'), required('announcer'));

/**
 * Shows nothing before the first answer of the API: a late one would end the session that a user has just begun.
 * @param {HTMLElement} root
 * @param {HTMLElement} announcer
 */
function start(root, announcer) {
  /** @type {Page | undefined} */
  let page;
  /** undefined: no user is signed in. @type {ReturnType<typeof session> | undefined} */
  let following;
  /** @type {number | undefined} */
  let frame;

  const announce = (/** @type {string} */ text) => {
    announcer.textContent = text;
  };
  function show() {
    frame = undefined;
    if (page === undefined) return;
    const health = following && answerOf(following.status);
    const caller = following?.status.value?.caller;
    showInTab(page.title, health);
    const leave = caller?.signIn === 'oidc' ? () => leaveSession(announce) : () => signOut();
    const place = placeOf(location.hash);
    render(shell({ page, caller, health, search: following?.search, place, signOut: leave }), root);
  }
  function update() {
    if (frame === undefined) frame = requestAnimationFrame(show);
  }
  /** @param {string} [message] why the user has to sign in again */
  function go(message) {
    page?.close?.();
    page = undefined;
    page = following === undefined ? openSignIn({ update }, welcome, message) : pageAt(contextOf(following));
    show();
    scrollTo(0, 0);
    root.querySelector('h1')?.focus({ preventScroll: true });
  }
  /**
   * @param {NonNullable<typeof following>} followed
   * @returns {PageContext}
   */
  function contextOf({ status }) {
    const isAdmin = status.value?.caller.role === 'admin';
    return { place: placeOf(location.hash), status, isAdmin, update, announce };
  }
  /** @param {Status} status */
  function welcome(status) {
    following = session(status, update);
    go();
  }
  /** @param {string} [message] */
  function signOut(message) {
    forgetToken();
    following?.stop();
    following = undefined;
    go(message);
  }

  addEventListener(SIGNED_OUT, () => following && signOut(endOf(following.status.value?.caller)));
  readStatus()
    .then(welcome, error => signOut(error.status === 401 ? undefined : error.message))
    .finally(() => addEventListener('hashchange', () => go()));
}

/** @param {(text: string) => void} announce */
function leaveSession(announce) {
  endSession().then(
    url => location.assign(url),
    error => announce(error.message),
  );
}

/**
 * What follows a user from page to page.
 * @param {Status} first
 * @param {() => void} update
 */
function session(first, update) {
  const { status, stop } = followStatus(first, update);
  const search = createSearch(status, update);
  return {
    status,
    search,
    stop: () => {
      stop();
      search.stop();
    },
  };
}

/** @param {Caller | undefined} caller */
function endOf(caller) {
  switch (caller?.signIn) {
    case 'proxy':
      return 'Your session has ended. Reload the page to sign in again.';
    case 'oidc':
      return 'Your session has ended. Sign in again.';
    default:
      return 'This token is no longer accepted. Sign in with another one.';
  }
}

/** @param {string} id */
function required(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no element "${id}".`);
  return element;
}
