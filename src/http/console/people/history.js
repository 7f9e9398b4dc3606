/** The audit of one group or user. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { listAudit } from '../calls/people.js';
import { paged } from '../client/loading.js';
import { linkTo } from '../client/router.js';
import { pagedList } from '../widgets/table.js';
import { auditTable } from './audit-table.js';

/** @import { AuditFilter } from '../calls/people.js' */

/** Maximum number of entries; the audit page has the others. */
const SHOWN = 15;

/**
 * @param {AuditFilter} filter
 * @param {() => void} update
 */
export function createHistory(filter, update) {
  const entries = paged(async () => {
    const { items } = await listAudit(filter, { limit: SHOWN });
    return { items, next: null };
  }, update);
  return {
    restart: entries.restart,
    view: () => html`<section class="part" aria-labelledby="history">
      <div class="part-head"><h2 id="history">History</h2><a href=${linkTo(['audit'], filter)}>Full audit</a></div>
      ${pagedList(entries, 'No entries yet.', auditTable)}
    </section>`,
  };
}
