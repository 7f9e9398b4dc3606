/** The groups of a held plan with their numbers, which a user can select, and the people of each group on demand. */
import { live } from '/console/vendor/lit-html/directives/live.js';
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { listChanges, listRunMembers } from '../calls/runs.js';
import { paged } from '../client/loading.js';
import { linkTo } from '../client/router.js';
import { counted, number } from '../client/text.js';
import { pagedList } from '../widgets/table.js';

/** @import { HeldPlan, Paged, RunChange, RunMember } from '../client/types.ts' */

const GROUPS_A_PAGE = 200;
const PEOPLE_A_PAGE = 100;
/** A plan of this size shows its people at once. */
const SHORT = 50;

/**
 * @param {Pick<HeldPlan, 'run' | 'removals' | 'groups'>} plan
 * @param {() => void} update
 */
export function createHeldGroups({ run, removals, groups: total }, update) {
  const list = paged(
    cursor => listChanges(run, { held: true, limit: GROUPS_A_PAGE, ...(cursor && { cursor }) }),
    update,
  );
  /** AccessGroups that the user deselected. @type {Set<number>} */
  const left = new Set();
  /** @type {Map<number, Paged<RunMember>>} */
  const people = new Map();

  /** @param {number} group */
  async function toggle(group) {
    if (!left.delete(group)) left.add(group);
    update();
    // A decision about some groups names each of them.
    while (left.size > 0 && list.next !== null && list.error === undefined) await list.more();
  }
  /** The selected groups; undefined: all. */
  function chosen() {
    if (left.size === 0) return undefined;
    const some = list.items.filter(({ accessGroupId: id }) => id !== undefined && !left.has(id));
    const ids =
      list.next === null ? some.flatMap(({ accessGroupId: id }) => (id === undefined ? [] : [id])) : [];
    const held = some.reduce((sum, group) => sum + group.held, 0);
    return { ids, text: `${counted(held, 'removal')} in ${counted(some.length, 'group')}` };
  }
  /** @param {number} group */
  function show(group) {
    if (people.has(group)) return;
    people.set(
      group,
      paged(
        cursor => listRunMembers(run, { held: true, group, limit: PEOPLE_A_PAGE, ...(cursor && { cursor }) }),
        update,
      ),
    );
  }
  /** @param {boolean} mayDecide */
  function view(mayDecide) {
    const choosable = mayDecide && total > 1;
    if (removals <= SHORT) for (const { accessGroupId: id, held } of list.items) if (id && held > 0) show(id);
    return pagedList(
      list,
      'No group is held any more.',
      items => html`<ul class="list" aria-label="Held groups">${items.map(group => {
        const { accessGroupId: id } = group;
        return html`<li class="held-group">
          <div class="part-head">
            ${choosable && id !== undefined ? html`<label class="check"><input type="checkbox" .checked=${live(!left.has(id))} @change=${() => void toggle(id)}><span>${nameOf(group)}</span></label>` : html`<p>${nameOf(group)}</p>`}
            <span class="diff">${amountOf(group)}</span>
          </div>
          ${id !== undefined && group.held > 0 ? peopleOf(group, people.get(id), removals <= SHORT, () => show(id)) : nothing}
        </li>`;
      })}</ul>
        ${list.next === null ? nothing : html`<p class="soft small">${number(items.length)} of ${counted(total, 'group')}</p>`}`,
    );
  }
  return { view, chosen };
}

/** @param {RunChange} group */
function nameOf({ name, team }) {
  return html`<strong>${name}</strong> <span class="soft">${team}</span>`;
}

/** @param {RunChange} group */
function amountOf({ kind, held, add }) {
  if (held > 0) return `−${number(held)}`;
  if (add > 0) return `+${number(add)}`;
  return kind === 'missing' ? 'disappeared' : kind;
}

/**
 * @param {RunChange} group
 * @param {Paged<RunMember> | undefined} members undefined: not asked for yet
 * @param {boolean} open
 * @param {() => void} show
 */
function peopleOf({ name, held }, members, open, show) {
  return html`<details ?open=${open} @toggle=${show}>
    <summary>${counted(held, 'person', 'people')}<span class="unseen"> of ${name}</span></summary>
    ${members === undefined ? nothing : pagedList(members, 'No member is held any more.', names)}
  </details>`;
}

/** @param {readonly RunMember[]} members */
function names(members) {
  return html`<p class="names">${members.map(
    ({ username, team, group }, index) =>
      html`${index > 0 ? ', ' : ''}<a href=${linkTo(['people', username], { team, group })}>${username}</a>`,
  )}</p>`;
}
