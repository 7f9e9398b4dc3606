/** What a run holds: who would be removed from where, and the two ways out. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { approveRun, listRunMembers, rejectRun } from '../calls/runs.js';
import { paged } from '../loading.js';
import { linkTo } from '../router.js';
import { counted } from '../text.js';
import { callout } from './notices.js';
import { pagedList } from './table.js';

/** @import { Run, RunMember } from '../types.ts' */
/** @import { Dialog } from './dialog.js' */

/** So many names of a group are shown; the others are a number. */
const NAMES = 40;

/**
 * @param {object} parts
 * @param {string} parts.id of the run
 * @param {Dialog} parts.dialog
 * @param {() => void} parts.update
 * @param {(text: string) => void} parts.announce
 */
export function createHeld({ id, dialog, update, announce }) {
  const list = paged(
    cursor => listRunMembers(id, { held: true, limit: 200, ...(cursor && { cursor }) }),
    update,
  );
  /** AccessGroups that are not to be approved. @type {Set<number>} */
  const left = new Set();

  /** @param {number} group */
  function toggle(group) {
    if (!left.delete(group)) left.add(group);
    update();
  }
  /** @param {Run} run */
  function approve({ counts }) {
    const groups = groupsOf(list.items);
    const chosen = groups.filter(group => !left.has(group.id));
    const all = left.size === 0;
    dialog.ask({
      title: 'Approve removals?',
      body: () =>
        html`<p>A new run reads the directory again and removes ${all ? 'everybody who is held' : html`the people held in ${counted(chosen.length, 'chosen group')}`} and is still not a member there. What has changed since is judged anew.</p>`,
      yes: 'Approve',
      danger: true,
      reason: 'Why is this right? Kept with the run.',
      act: async reason => {
        const digest = counts.held?.digest ?? '';
        const next = await approveRun(Number(id), {
          reason,
          digest,
          ...(all ? {} : { groups: chosen.map(one => one.id) }),
        });
        announce(`Approved. Run ${next.id} applies it.`);
        location.hash = linkTo(['runs', next.id]);
      },
    });
  }
  /** @param {Run} run */
  function reject({ counts }) {
    dialog.ask({
      title: 'Reject removals?',
      body: () =>
        html`<p>The run is closed and nobody is removed. The directory is judged again when it is read next; correct it there, or the same will be held once more.</p>`,
      yes: 'Reject',
      reason: 'Why not? Kept with the run.',
      act: async reason => {
        await rejectRun(Number(id), { reason, ...(counts.held?.digest && { digest: counts.held.digest }) });
        announce('Rejected.');
      },
    });
  }
  /**
   * @param {Run} run
   * @param {boolean} mayDecide
   */
  function view(run, mayDecide) {
    const { held } = run.counts;
    if (held === undefined) return nothing;
    const nobody = held.digest === undefined;
    return html`<section class="part stack" aria-labelledby="held">
      <h2 id="held">${nobody ? 'Held' : `${counted(held.removals, 'removal')} in ${counted(held.groups, 'group')} wait for you`}</h2>
      ${callout('warn', html`${held.reasons.map(reason => html`<p>${reason}</p>`)}`)}
      ${nobody ? nothing : pagedList(list, 'What is held are the groups themselves; nobody is a member of them.', items => html`<div class="list">${groupsOf(items).map(group => heldGroup(group, mayDecide && groupsOf(items).length > 1, !left.has(group.id), toggle))}</div>`)}
      ${
        mayDecide
          ? html`<div class="actions">
            ${nobody ? nothing : html`<button type="button" class="danger" ?disabled=${left.size > 0 && groupsOf(list.items).every(group => left.has(group.id))} @click=${() => approve(run)}>Approve${left.size > 0 ? ' the chosen' : ''}…</button>`}
            <button type="button" class="quiet" @click=${() => reject(run)}>Reject…</button>
          </div>`
          : html`<p class="soft">Only a token with the role admin can decide.</p>`
      }
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
        ? html`<label class="check"><input type="checkbox" .checked=${chosen} @change=${() => toggle(id)}><span>${heading}</span></label>`
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
