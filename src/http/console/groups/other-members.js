/** The people of a group whose membership is not certain: members in doubt, and member values that lead to no user. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { listDoubts } from '../calls/doubts.js';
import { listUnresolved } from '../calls/people.js';
import { paged } from '../client/loading.js';
import { linkTo } from '../client/router.js';
import { pagedList } from '../widgets/table.js';
import { doubtTable } from './doubt-table.js';
import { unresolvedTable } from './source-tables.js';

/** @import { Doubt, Group, Paged, Unresolved } from '../client/types.ts' */

/**
 * Reads each list when the group first has such members.
 * @param {string} id of the group
 * @param {() => void} update
 */
export function createOtherMembers(id, update) {
  /** @type {Paged<Doubt> | undefined} */
  let doubts;
  /** @type {Paged<Unresolved> | undefined} */
  let unresolved;

  /** @param {Group} group */
  function doubtView(group) {
    if (group.doubts === 0) return nothing;
    doubts ??= paged(cursor => listDoubts({ group: id, cursor }), update);
    return html`<section class="part" aria-labelledby="doubts">
      <div class="part-head"><h2 id="doubts">Members in doubt</h2><a href=${linkTo(['doubts'], { directory: group.directory ?? '' })}>Review and decide</a></div>
      ${pagedList(doubts, 'No members are in doubt.', items => doubtTable(items, undefined))}
    </section>`;
  }
  /** @param {Group} group */
  function unresolvedView({ unresolved: count, directory }) {
    if (count === 0 || directory === null) return nothing;
    unresolved ??= paged(cursor => listUnresolved(directory, { group: id, cursor }), update);
    return html`<section class="part" aria-labelledby="unresolved">
      <div class="part-head"><h2 id="unresolved">In the directory, but no user here</h2></div>
      ${pagedList(unresolved, 'Every member is a user of the application.', unresolvedTable)}
    </section>`;
  }
  return {
    view: (/** @type {Group} */ group) => html`${doubtView(group)}${unresolvedView(group)}`,
    restart: () => Promise.all([doubts?.restart(), unresolved?.restart()]),
  };
}
