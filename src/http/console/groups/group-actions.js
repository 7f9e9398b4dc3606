/** The actions on a group: resync, adopt, release, freeze, unfreeze. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { decideAbout, resyncGroup } from '../calls/groups.js';
import { apiError } from '../client/loading.js';
import { linkTo } from '../client/router.js';
import { icon } from '../widgets/icons.js';
import { askToAdopt } from './adopt-dialog.js';

/** @import { ApiError } from '../client/api.js' */
/** @import { Group } from '../client/types.ts' */
/** @import { Dialog } from '../widgets/dialog.js' */

/** @type {Readonly<Record<'release' | 'freeze' | 'unfreeze', { readonly title: string, readonly text: string, readonly done: string }>>} */
const DECISIONS = {
  release: {
    title: 'Release',
    text: 'The group becomes manual and keeps its members. The directory no longer changes it.',
    done: 'is now manual',
  },
  freeze: {
    title: 'Freeze',
    text: 'The sync does not change this group until you unfreeze it.',
    done: 'is frozen',
  },
  unfreeze: {
    title: 'Unfreeze',
    text: 'The next run updates the members from the directory.',
    done: 'is no longer frozen',
  },
};

/**
 * @param {object} parts
 * @param {Dialog} parts.dialog
 * @param {() => void} parts.update
 * @param {(text: string) => void} parts.announce
 * @param {() => Promise<void>} parts.changed
 */
export function createGroupActions({ dialog, update, announce, changed }) {
  /** @type {ApiError | undefined} */
  let refused;

  /** @param {Group} group */
  async function resync({ id, name }) {
    try {
      const run = await resyncGroup(id);
      announce(`Run ${run.id} resyncs ${name}.`);
      location.hash = linkTo(['runs', run.id]);
    } catch (error) {
      refused = apiError(error);
      update();
    }
  }
  /**
   * @param {Group} group
   * @param {keyof typeof DECISIONS} action
   */
  function decide({ id, name }, action) {
    const { title, text, done } = DECISIONS[action];
    dialog.ask({
      title: `${title} ${name}?`,
      body: () => html`<p>${text}</p>`,
      yes: title,
      reason: 'Reason. Recorded in the audit.',
      act: async reason => {
        await decideAbout(id, action, reason);
        announce(`${name} ${done}.`);
        await changed();
      },
    });
  }
  /** @param {Group} group */
  function view(group) {
    if (!group.managed)
      return html`<button type="button" class="quiet" @click=${() => askToAdopt(group, { dialog, announce, changed })}>Adopt…</button>`;
    return html`
      <button type="button" @click=${() => resync(group)}>${icon('runs')}Resync now</button>
      ${
        group.frozen
          ? html`<button type="button" class="quiet" @click=${() => decide(group, 'unfreeze')}>Unfreeze…</button>`
          : html`<button type="button" class="quiet" @click=${() => decide(group, 'freeze')}>Freeze…</button>`
      }
      <button type="button" class="quiet" @click=${() => decide(group, 'release')}>Release…</button>`;
  }
  return { view, error: () => refused };
}
