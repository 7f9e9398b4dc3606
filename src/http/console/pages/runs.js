/** The runs of all directories. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { listRuns } from '../calls/runs.js';
import { filterOf, paged } from '../client/loading.js';
import { runTable } from '../runs/run-table.js';
import { choiceField, directoryField } from '../widgets/fields.js';
import { pagedList } from '../widgets/table.js';

/** @import { PageContext, Page } from '../client/types.ts' */

/** @type {readonly (readonly [value: string, text: string])[]} */
const STATUSES = [
  ['', 'All runs'],
  ...[
    'queued',
    'reading',
    'planning',
    'applying',
    'held',
    'succeeded',
    'partial',
    'failed',
    'rejected',
    'superseded',
  ].map(status => /** @type {const} */ ([status, status])),
];

/**
 * @param {PageContext} context
 * @returns {Page}
 */
export function openRuns({ place, status, update }) {
  const filter = { directory: place.query.get('directory') ?? '', status: place.query.get('status') ?? '' };
  const runs = paged(cursor => listRuns({ ...filter, ...(cursor && { cursor }) }), update);
  const setFilter = filterOf(place, filter, runs);
  return {
    title: 'Runs',
    view: () => html`
        <div class="head">
          <div>
            <h1 tabindex="-1">Runs</h1>
            <p class="soft">One run is one pass over one directory. Newest first.</p>
          </div>
        </div>
        <div class="stack">
          <div class="filters">
            ${choiceField({ label: 'Status', name: 'status', value: filter.status, choices: STATUSES, use: chosen => setFilter({ status: chosen }) })}
            ${directoryField(status.value?.directories ?? [], filter.directory, directory => setFilter({ directory }))}
          </div>
          ${pagedList(runs, filter.status === '' ? 'No runs yet. Start one on the overview, or wait for the schedule.' : 'No run has this status.', runTable)}
        </div>`,
  };
}
