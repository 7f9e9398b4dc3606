/** Adds and removes members of a manual group. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { addTo, removeFrom } from '../calls/groups.js';
import { submitted, textField } from '../widgets/fields.js';
import { icon } from '../widgets/icons.js';
import { createAttempt } from '../widgets/submit.js';
import { createPeopleSuggestions } from '../widgets/suggestions.js';

/** @import { Group } from '../client/types.ts' */
/** @import { EditingParts } from './edit-group.js' */

/** @param {EditingParts} parts */
export function createMemberEditing({ dialog, update, announce, changed }) {
  const people = createPeopleSuggestions(update);
  const { attempt, problem } = createAttempt(announce, changed);

  /**
   * @param {Group} group
   * @param {SubmitEvent} event
   */
  function add({ id, name }, event) {
    const { username = '' } = submitted(event);
    if (event.currentTarget instanceof HTMLFormElement) event.currentTarget.reset();
    void attempt(() => addTo(id, 'members', username), `${username} is now a member of ${name}.`);
  }
  /**
   * @param {Group} group
   * @param {string} username
   */
  function remove({ id, name }, username) {
    dialog.ask({
      title: `Remove ${username} from ${name}?`,
      body: () => html`<p>${username} immediately loses the access that only this group grants.</p>`,
      yes: 'Remove',
      danger: true,
      act: async () => {
        await removeFrom(id, 'members', username);
        announce(`${username} is no longer a member of ${name}.`);
        await changed();
      },
    });
  }
  /** @param {Group} group */
  function view(group) {
    return html`${problem()}
      <form class="filters adding" @submit=${(/** @type {SubmitEvent} */ event) => add(group, event)}>
        ${textField({ label: 'Username', name: 'username', required: true, max: 30, list: 'people', use: people.typed })}
        ${people.view('people')}
        <button>${icon('add')}Add member</button>
      </form>`;
  }
  return { view, remove };
}
