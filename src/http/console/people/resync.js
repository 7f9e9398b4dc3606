/** The buttons that resync one person, one for each directory. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { requestRun } from '../calls/runs.js';
import { apiError } from '../client/loading.js';
import { linkTo } from '../client/router.js';
import { icon } from '../widgets/icons.js';
import { problem } from '../widgets/notices.js';

/** @import { ApiError } from '../client/api.js' */
/** @import { PageContext } from '../client/types.ts' */

/**
 * @param {PageContext} context
 * @param {string} username
 */
export function createResync({ status, update, announce }, username) {
  /** @type {ApiError | undefined} */
  let refused;

  /** @param {string} directory */
  async function resync(directory) {
    try {
      const run = await requestRun(directory, username);
      announce(`Run ${run.id} resyncs ${username}.`);
      location.hash = linkTo(['runs', run.id]);
    } catch (error) {
      refused = apiError(error);
      update();
    }
  }

  return {
    buttons: () => {
      const names = (status.value?.directories ?? []).map(({ name }) => name);
      const from = (/** @type {string} */ name) => (names.length > 1 ? `Resync from ${name}` : 'Resync now');
      return html`<div class="actions">${names.map(name => html`<button type="button" @click=${() => resync(name)}>${icon('runs')}${from(name)}</button>`)}</div>`;
    },
    refusal: () => (refused ? problem(refused) : nothing),
  };
}
