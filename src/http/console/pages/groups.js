/** Groups of all teams, and conflicts and unresolved members with what to do. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { listGroups } from '../calls/groups.js';
import { listSources, listUnresolved } from '../calls/people.js';
import { afterTyping, paged } from '../client/loading.js';
import { keepInAddress } from '../client/router.js';
import { groupTable } from '../groups/group-table.js';
import { sourceTable, unresolvedTable } from '../groups/source-tables.js';
import { choiceField, directoryField, searchField } from '../widgets/fields.js';
import { pagedList } from '../widgets/table.js';

/** @import { PageContext, Page, View } from '../client/types.ts' */

/** Filters of the list. The last two show directory groups and member values without an AccessGroup. */
const STATES = /** @type {const} */ ([
  ['', 'All access groups'],
  ['in_sync', 'In sync'],
  ['waiting', 'Waiting'],
  ['doubt', 'Doubt'],
  ['behind', 'Behind'],
  ['frozen', 'Frozen'],
  ['missing', 'Missing'],
  ['out_of_scope', 'Out of scope'],
  ['manual', 'Manual'],
  ['conflict', 'Conflicts'],
  ['unresolved', 'Unresolved members'],
]);

/**
 * @param {PageContext} context
 * @returns {Page}
 */
export function openGroups({ place, status, update }) {
  const filter = {
    search: place.query.get('search') ?? '',
    state: place.query.get('state') ?? '',
    directory: place.query.get('directory') ?? '',
  };
  let list = listOf(filter, status, update);

  /** @param {Partial<typeof filter>} change */
  function setFilter(change) {
    Object.assign(filter, change);
    // These two lists need a directory.
    if (['conflict', 'unresolved'].includes(filter.state)) {
      filter.directory ||= status.value?.directories[0]?.name ?? '';
    }
    keepInAddress(place, filter);
    list = listOf(filter, status, update);
  }
  const search = afterTyping(text => setFilter({ search: text }));
  return {
    title: 'Groups',
    view: () => html`
        <div class="head"><div>
          <h1 tabindex="-1">Groups</h1>
          <p class="soft">Access groups of all teams, conflicts, and unresolved members.</p>
        </div></div>
        <div class="stack">
          <div class="filters">
            ${searchField('Search by name', filter.search, search)}
            ${choiceField({ label: 'State', name: 'state', value: filter.state, choices: STATES, use: state => setFilter({ state }) })}
            ${directoryField(status.value?.directories ?? [], filter.directory, directory => setFilter({ directory }))}
          </div>
          ${list()}
        </div>`,
  };
}

/**
 * @param {{ readonly search: string, readonly state: string, readonly directory: string }} filter
 * @param {import('../client/types.ts').Loaded<import('../client/types.ts').Status>} status
 * @param {() => void} update
 * @returns {() => View}
 */
function listOf({ search, state, directory }, status, update) {
  const chosen = () => directory || (status.value?.directories[0]?.name ?? '');
  if (state === 'unresolved') {
    const people = paged(cursor => listUnresolved(chosen(), { search, cursor }), update);
    return () =>
      pagedList(people, 'Every member of every mapped group is a user of the application.', unresolvedTable);
  }
  if (state === 'conflict') {
    const groups = paged(cursor => listSources(chosen(), { search, state, cursor }), update);
    return () => pagedList(groups, 'No conflicts.', sourceTable);
  }
  const groups = paged(cursor => listGroups({ search, state, directory, cursor }), update);
  const nothingFound =
    search === '' && state === '' ? 'There are no access groups yet.' : 'No access group matches.';
  return () => pagedList(groups, nothingFound, items => groupTable(items, { withTeam: true }));
}
