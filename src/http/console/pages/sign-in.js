/** The sign-in page. Takes a token of the configuration and keeps it in this tab. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { readStatus } from '../calls/status.js';
import { ApiError, forgetToken, useToken } from '../client/api.js';
import { submitted } from '../widgets/fields.js';
import { callout } from '../widgets/notices.js';

/** @import { PageContext, Page, Status } from '../client/types.ts' */

/**
 * @param {Pick<PageContext, 'update'>} context
 * @param {(status: Status) => void} welcome
 * @param {string} [message]
 * @returns {Page}
 */
export function openSignIn({ update }, welcome, message) {
  let busy = false;

  /** @param {SubmitEvent} event */
  async function signIn(event) {
    const { token = '' } = submitted(event);
    busy = true;
    update();
    useToken(token);
    try {
      welcome(await readStatus());
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      forgetToken();
      message = error.status === 401 ? 'This token is not in the configuration.' : error.message;
    }
    busy = false;
    update();
  }

  return {
    title: 'Sign in',
    view: () => html`<div class="sign-in">
      <img src="/console/icon.svg" alt="" width="44" height="44">
      <div>
        <h1 tabindex="-1">Rollcall</h1>
        <p class="soft">Access groups, in sync with the directory</p>
      </div>
      <div role="alert">${message === undefined ? nothing : callout('bad', html`<p>${message}</p>`)}</div>
      <form class="form" @submit=${signIn}>
        <div class="field">
          <label for="token">Token</label>
          <input id="token" name="token" type="password" autocomplete="current-password" spellcheck="false" required aria-describedby="token-help">
          <p class="help" id="token-help">One of <code>http.tokens</code> in the configuration. It is stored in this tab only.</p>
        </div>
        <button ?disabled=${busy}>${busy ? 'Signing in…' : 'Sign in'}</button>
      </form>
    </div>`,
  };
}
