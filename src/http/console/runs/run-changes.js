/** The changes of a run by group and by member, with one search for both. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { listChanges, listRunMembers } from '../calls/runs.js';
import { afterTyping, paged } from '../client/loading.js';
import { keepInAddress } from '../client/router.js';
import { searchField } from '../widgets/fields.js';
import { pagedList } from '../widgets/table.js';
import { changeTable, memberTable } from './change-tables.js';
import { isActive } from './progress.js';

/** @import { Place, Run } from '../client/types.ts' */

/**
 * @param {object} parts
 * @param {string} parts.id of the run
 * @param {Place} parts.place
 * @param {() => void} parts.update
 */
export function createRunChanges({ id, place, update }) {
  let search = place.query.get('search') ?? '';
  const asked = (/** @type {string | undefined} */ cursor) => ({ search, ...(cursor && { cursor }) });
  const changes = paged(cursor => listChanges(id, asked(cursor)), update);
  const members = paged(cursor => listRunMembers(id, asked(cursor)), update);
  const searched = afterTyping(text => {
    search = text;
    keepInAddress(place, { search });
    void restart();
  });

  async function restart() {
    await Promise.all([changes.restart(), members.restart()]);
  }
  /** @param {Run} run */
  function view(run) {
    return html`
      <section class="part" aria-labelledby="changes">
        <div class="part-head">
          <h2 id="changes">${run.mode === 'plan' ? 'Planned changes' : 'Groups'}</h2>
          ${searchField('Search groups and people', search, searched)}
        </div>
        ${pagedList(changes, nothingOf(run, search), changeTable)}
      </section>
      <section class="part" aria-labelledby="members">
        <div class="part-head"><h2 id="members">People</h2></div>
        ${pagedList(members, 'No memberships changed.', memberTable)}
      </section>`;
  }
  return { view, restart };
}

/**
 * @param {Run} run
 * @param {string} search
 */
function nothingOf(run, search) {
  if (search !== '') return `Nothing in this run matches “${search}”.`;
  if (isActive(run)) return 'The changes appear here when the plan is saved.';
  return run.counts.unchanged
    ? 'The directory was not read, because it had not changed.'
    : 'No groups changed.';
}
