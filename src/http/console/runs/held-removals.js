/** The held removals of a run by group, with the buttons to approve and reject them. */
import { live } from '/console/vendor/lit-html/directives/live.js';
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { listRunMembers } from '../calls/runs.js';
import { paged } from '../client/loading.js';
import { counted } from '../client/text.js';
import { callout } from '../widgets/notices.js';
import { pagedList } from '../widgets/table.js';
import { approval, rejection } from './decision-dialogs.js';

/** @import { Run, RunMember } from '../client/types.ts' */
/** @import { Dialog } from '../widgets/dialog.js' */

/** Maximum number of names per group; the others are only counted. */
const NAMES = 40;

/**
 * @param {object} parts
 * @param {string} parts.id of the run
 * @param {Dialog} parts.dialog
 * @param {() => void} parts.update
 * @param {(text: string) => void} parts.announce
 * @param {() => Promise<void>} parts.changed
 */
export function createHeld({ id, dialog, update, announce, changed }) {
  const list = paged(
    cursor => listRunMembers(id, { held: true, limit: 200, ...(cursor && { cursor }) }),
    update,
  );
  /** AccessGroups that the user deselected. @type {Set<number>} */
  const left = new Set();

  async function decided() {
    left.clear();
    await changed();
  }
  /** @param {number} group */
  function toggle(group) {
    if (!left.delete(group)) left.add(group);
    update();
  }
  /** @param {Run} run */
  function buttons(run) {
    const chosen = groupsOf(list.items).filter(group => !left.has(group.id));
    const groups = left.size === 0 ? undefined : chosen.map(group => group.id);
    const which = groups ? ' selected' : '';
    const noneChosen = groups?.length === 0;
    const approve = html`<button type="button" class="danger" ?disabled=${noneChosen} @click=${() => dialog.ask(approval(run, groups, announce))}>Approve${which}…</button>`;
    return html`<div class="actions">
      ${run.counts.held?.digest === undefined ? nothing : approve}
      <button type="button" class="quiet" ?disabled=${noneChosen} @click=${() => dialog.ask(rejection(run, groups, announce, decided))}>Reject${which}…</button>
    </div>`;
  }
  /** @param {readonly RunMember[]} items */
  function groups(items, mayDecide = false) {
    const found = groupsOf(items);
    // The user can select groups only after all pages are loaded.
    const choosable = mayDecide && found.length > 1 && list.next === null;
    return html`<div class="list">${found.map(group => heldGroup(group, choosable, !left.has(group.id), toggle))}</div>`;
  }
  /**
   * @param {Run} run
   * @param {boolean} mayDecide
   */
  function view(run, mayDecide) {
    const { held } = run.counts;
    if (held === undefined) return nothing;
    return html`<section class="part stack" aria-labelledby="held">
      <h2 id="held">${held.removals > 0 ? `${counted(held.removals, 'removal')} in ${counted(held.groups, 'group')} wait for you` : 'This run waits for you'}</h2>
      ${callout('warn', html`${held.reasons.map(reason => html`<p>${reason}</p>`)}`)}
      ${held.removals > 0 ? pagedList(list, 'The held groups have no members.', items => groups(items, mayDecide)) : nothing}
      ${mayDecide ? buttons(run) : html`<p class="soft">Only a token with the role admin can approve or reject.</p>`}
    </section>`;
  }
  return { view, reload: list.restart };
}

/** @typedef {{ readonly id: number, readonly name: string, readonly team: string, readonly people: readonly string[] }} HeldGroup */

/**
 * @param {HeldGroup} group
 * @param {boolean} choosable
 * @param {boolean} chosen
 * @param {(id: number) => void} toggle
 */
function heldGroup({ id, name, team, people }, choosable, chosen, toggle) {
  const more = people.length > NAMES ? ` and ${counted(people.length - NAMES, 'other')}` : '';
  const heading = html`<strong>${name}</strong> <span class="soft">${team} · ${counted(people.length, 'person', 'people')}</span>`;
  return html`<div class="held-group">
    ${
      choosable
        ? html`<label class="check"><input type="checkbox" .checked=${live(chosen)} @change=${() => toggle(id)}><span>${heading}</span></label>`
        : html`<p>${heading}</p>`
    }
    <p class="names">${people.slice(0, NAMES).join(', ')}${more}</p>
  </div>`;
}

/**
 * @param {readonly RunMember[]} members
 * @returns {readonly HeldGroup[]}
 */
function groupsOf(members) {
  return [...Map.groupBy(members, member => member.accessGroupId ?? 0)].map(([id, people]) => ({
    id,
    name: people[0]?.group ?? '',
    team: people[0]?.team ?? '',
    people: people.map(person => person.username),
  }));
}
