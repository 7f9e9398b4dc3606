import { html } from '/console/vendor/lit-html/lit-html.js';
import { createGroup } from '../calls/groups.js';
import { apiError } from '../loading.js';
import { ACCESS_HELP, ACCESS_TYPES } from '../parts/access-types.js';
import { choiceField, submitted, textField } from '../parts/fields.js';
import { problem } from '../parts/notices.js';
import { linkTo } from '../router.js';

/** @import { ApiError } from '../api.js' */
/** @import { Ground, Page } from '../types.ts' */

/**
 * A new manual group. Groups of a directory appear by themselves, through its mappings.
 * @param {Ground} ground
 * @param {string} team
 * @returns {Page}
 */
export function openNewGroup({ update, announce }, team) {
  let wish = { name: '', type: '50' };
  let busy = false;
  /** @type {ApiError | undefined} */
  let error;

  /** @param {SubmitEvent} event */
  async function create(event) {
    wish = { ...wish, ...submitted(event) };
    busy = true;
    update();
    try {
      const { id, name } = await createGroup(team, { name: wish.name, type: Number(wish.type) });
      announce(`The access group ${name} is there.`);
      location.hash = linkTo(['groups', id]);
    } catch (failure) {
      error = apiError(failure);
    }
    busy = false;
    update();
  }
  return {
    title: 'New access group',
    view: () => html`
      <div class="head"><div>
        <p class="crumb"><a href=${linkTo(['teams', team])}>${team}</a></p>
        <h1 tabindex="-1">New access group</h1>
      </div></div>
      <div class="split">
        <form class="card form" @submit=${create}>
          ${textField({ label: 'Group Name', name: 'name', value: wish.name, placeholder: 'API Team', required: true, max: 64, help: 'Up to 64 characters, unlike those of the other groups of the team.' })}
          ${choiceField({ label: 'Access Type', name: 'type', value: wish.type, choices: ACCESS_TYPES, help: ACCESS_HELP })}
          ${problem(error)}
          <div class="actions">
            <button ?disabled=${busy}>${busy ? 'Creating…' : 'Create access group'}</button>
            <a class="button quiet" href=${linkTo(['teams', team])}>Cancel</a>
          </div>
        </form>
        <aside class="card aside" aria-label="About manual groups">
          <h2>You look after it</h2>
          <p class="small">Members and projects of this group are kept by hand: no directory will change it. Assign projects once it is there; without one it grants nothing.</p>
          <p class="small soft">A group of a directory appears by itself when a mapping names it.</p>
        </aside>
      </div>`,
  };
}
