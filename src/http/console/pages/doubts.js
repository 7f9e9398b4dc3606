/** Members in doubt, and the decisions about them. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { listDoubts } from '../calls/doubts.js';
import { filterOf, paged } from '../client/loading.js';
import { decision, doubtTable } from '../groups/doubt-table.js';
import { createDialog } from '../widgets/dialog.js';
import { choiceField, directoryField } from '../widgets/fields.js';
import { pagedList } from '../widgets/table.js';

/** @import { PageContext, Page } from '../client/types.ts' */

/**
 * @param {PageContext} context
 * @returns {Page}
 */
export function openDoubts({ place, status, update, announce, isAdmin }) {
  const filter = {
    directory: place.query.get('directory') ?? '',
    kind: place.query.get('kind') ?? '',
  };
  const list = paged(cursor => listDoubts({ ...filter, cursor }), update);
  const setFilter = filterOf(place, filter, list);
  const dialog = createDialog(update);
  const changed = async () => {
    await Promise.all([status.reload(), list.restart()]);
  };

  function filters() {
    const directories = status.value?.directories ?? [];
    const kinds = new Set(directories.flatMap(({ doubts }) => Object.keys(doubts.byKind)));
    if (filter.kind !== '') kinds.add(filter.kind);
    return html`<div class="filters">
      ${choiceField({ label: 'Kind', name: 'kind', value: filter.kind, choices: [['', 'All kinds'], ...[...kinds].sort().map(kind => /** @type {const} */ ([kind, kind.replaceAll('_', ' ')]))], use: kind => setFilter({ kind }) })}
      ${directoryField(directories, filter.directory, directory => setFilter({ directory }))}
    </div>`;
  }
  const decide = isAdmin
    ? (
        /** @type {Parameters<typeof decision>[0]} */ doubt,
        /** @type {Parameters<typeof decision>[1]} */ which,
      ) => dialog.ask(decision(doubt, which, announce, changed))
    : undefined;
  return {
    title: 'Doubts',
    view: () => html`
      <div class="head"><div>
        <h1 tabindex="-1">Members in doubt</h1>
        <p class="soft">They stay, because the directory does not prove that they left. Correct the directory, or decide here.</p>
      </div></div>
      <div class="stack">
        ${filters()}
        ${pagedList(list, 'No members are in doubt.', items => doubtTable(items, decide))}
      </div>
      ${dialog.view()}`,
  };
}
