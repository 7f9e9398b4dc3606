/** Creates a manual group. Mappings create the groups of a directory. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { createGroup } from '../calls/groups.js';
import { apiError } from '../client/loading.js';
import { linkTo } from '../client/router.js';
import { ACCESS_HELP, ACCESS_TYPES } from '../groups/access-types.js';
import { choiceField, submitted, textField } from '../widgets/fields.js';
import { problem } from '../widgets/notices.js';

/** @import { ApiError } from '../client/api.js' */
/** @import { PageContext, Page } from '../client/types.ts' */

/**
 * @param {PageContext} context
 * @param {string} team
 * @returns {Page}
 */
export function openNewGroup({ update, announce }, team) {
  let values = { name: '', type: '50' };
  let busy = false;
  /** @type {ApiError | undefined} */
  let error;

  /** @param {SubmitEvent} event */
  async function create(event) {
    values = { ...values, ...submitted(event) };
    busy = true;
    update();
    try {
      const { id, name } = await createGroup(team, { name: values.name, type: Number(values.type) });
      announce(`The access group ${name} was created.`);
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
          ${textField({ label: 'Group Name', name: 'name', value: values.name, placeholder: 'API Team', required: true, max: 64, help: 'Up to 64 characters, unique in the team.' })}
          ${choiceField({ label: 'Access Type', name: 'type', value: values.type, choices: ACCESS_TYPES, help: ACCESS_HELP })}
          ${problem(error)}
          <div class="actions">
            <button ?disabled=${busy}>${busy ? 'Creating…' : 'Create access group'}</button>
            <a class="button quiet" href=${linkTo(['teams', team])}>Cancel</a>
          </div>
        </form>
        <aside class="card aside" aria-label="About manual groups">
          <h2>You manage its members</h2>
          <p class="small">You edit the members and projects of this group. No directory changes it. Assign projects after creating it: without a project, it grants no access.</p>
          <p class="small soft">Mappings create groups of a directory automatically.</p>
        </aside>
      </div>`,
  };
}
