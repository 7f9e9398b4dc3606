/** The runs of all directories. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { listRuns } from '../calls/runs.js';
import { paged } from '../client/loading.js';
import { keepInAddress } from '../client/router.js';
import { runTable } from '../runs/run-table.js';
import { directoryField } from '../widgets/fields.js';
import { pagedList } from '../widgets/table.js';

/** @import { PageContext, Page } from '../client/types.ts' */

/**
 * @param {PageContext} context
 * @returns {Page}
 */
export function openRuns({ place, status, update }) {
  let directory = place.query.get('directory') ?? '';
  const runs = paged(cursor => listRuns({ directory, ...(cursor && { cursor }) }), update);

  /** @param {string} name */
  function choose(name) {
    directory = name;
    keepInAddress(place, { directory });
    void runs.restart();
  }
  return {
    title: 'Runs',
    view: () => html`
        <div class="head">
          <div>
            <h1 tabindex="-1">Runs</h1>
            <p class="soft">One run is one pass over one directory. Newest first.</p>
          </div>
          ${directoryField(status.value?.directories ?? [], directory, choose)}
        </div>
        ${pagedList(runs, 'No runs yet. Start one on the overview, or wait for the schedule.', runTable)}`,
  };
}
