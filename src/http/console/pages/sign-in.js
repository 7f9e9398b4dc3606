/** The sign-in page. Leads to the OpenID provider, or takes a token of the configuration and keeps it in this tab. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { readStatus, signInUrl } from '../calls/status.js';
import { ApiError, forgetToken, useToken } from '../client/api.js';
import { loaded } from '../client/loading.js';
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
  const provider = loaded(signInUrl, update);

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
      ${provider.value === undefined ? nothing : providerLink(provider.value)}
      <form class="form" @submit=${signIn}>
        <div class="field">
          <label for="token">Token</label>
          <input id="token" name="token" type="password" autocomplete="current-password" spellcheck="false" required aria-describedby="token-help">
          <p class="help" id="token-help">One of <code>http.tokens</code> in the configuration. It is stored in this tab only.</p>
        </div>
        <button class=${provider.value === undefined ? nothing : 'quiet'} ?disabled=${busy}>
          ${busy ? 'Signing in…' : provider.value === undefined ? 'Sign in' : 'Sign in with the token'}
        </button>
      </form>
    </div>`,
  };
}

/** @param {string} url */
function providerLink(url) {
  const to = `${url}?to=${encodeURIComponent(location.hash)}`;
  return html`<p><a class="button" href=${to}>Sign in</a></p>
    <p class="soft">Or use a token:</p>`;
}
