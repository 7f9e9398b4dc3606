/** All changes of memberships and groups, with an export. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { exportAudit, listAudit } from '../calls/people.js';
import { apiError, paged } from '../client/loading.js';
import { keepInAddress } from '../client/router.js';
import { auditTable } from '../people/audit-table.js';
import { submitted, textField } from '../widgets/fields.js';
import { problem } from '../widgets/notices.js';
import { pagedList } from '../widgets/table.js';

/** @import { ApiError } from '../client/api.js' */
/** @import { PageContext, Page } from '../client/types.ts' */

const FORMATS = /** @type {const} */ ({ csv: 'text/csv', jsonl: 'application/jsonl' });
const FIELDS = /** @type {const} */ ([
  ['user', 'Person'],
  ['team', 'Team'],
  ['group', 'Group of that team'],
  ['run', 'Run'],
  ['since', 'From'],
  ['until', 'Until'],
]);

/**
 * @param {PageContext} context
 * @returns {Page}
 */
export function openAudit({ place, update }) {
  /** @type {Record<string, string>} */
  let filter = Object.fromEntries(FIELDS.map(([name]) => [name, place.query.get(name) ?? '']));
  /** True if the group field is set: several teams may have a group with the same name. */
  let needsTeam = false;
  let busy = false;
  /** @type {ApiError | undefined} */
  let refused;
  const entries = paged(cursor => listAudit(wanted(filter), { cursor }), update);

  /** @param {boolean} needs */
  function need(needs) {
    needsTeam = needs;
    update();
  }
  /** @param {SubmitEvent} event */
  function search(event) {
    filter = submitted(event);
    keepInAddress(place, filter);
    void entries.restart();
  }
  /** @param {keyof typeof FORMATS} ending */
  async function save(ending) {
    busy = true;
    update();
    try {
      download(await exportAudit(wanted(filter), FORMATS[ending]), `rollcall-audit.${ending}`);
      refused = undefined;
    } catch (error) {
      refused = apiError(error);
    }
    busy = false;
    update();
  }
  return {
    title: 'Audit',
    view: () => html`
      <div class="head">
        <div>
          <h1 tabindex="-1">Audit</h1>
          <p class="soft">All changes of memberships and groups. Entries are never edited.</p>
        </div>
        <div class="actions">
          <button type="button" class="quiet" ?disabled=${busy} @click=${() => save('csv')}>${busy ? 'Exporting…' : 'Export as CSV'}</button>
          <button type="button" class="quiet" ?disabled=${busy} @click=${() => save('jsonl')}>Export as JSON Lines</button>
        </div>
      </div>
      <div class="stack">
        ${filterForm(filter, needsTeam, need, search)}
        ${problem(refused)}
        ${pagedList(entries, 'No matching entries.', auditTable)}
      </div>`,
  };
}

/**
 * Converts the filter for the API: local times to UTC.
 * @param {Readonly<Record<string, string>>} filter
 */
function wanted({ since = '', until = '', ...rest }) {
  const instant = (/** @type {string} */ local) => (local === '' ? '' : new Date(local).toISOString());
  return { ...rest, since: instant(since), until: instant(until) };
}

/**
 * @param {Blob} content
 * @param {string} name
 */
function download(content, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/**
 * @param {Readonly<Record<string, string>>} filter
 * @param {boolean} needsTeam
 * @param {(needs: boolean) => void} need
 * @param {(event: SubmitEvent) => void} search
 */
function filterForm(filter, needsTeam, need, search) {
  return html`<form class="filters" @submit=${search}>
          ${FIELDS.map(([name, label]) =>
            textField({
              label,
              name,
              value: filter[name] ?? '',
              type: name === 'since' || name === 'until' ? 'datetime-local' : 'text',
              required: name === 'team' && needsTeam,
              use: text => name === 'group' && need(text !== ''),
            }),
          )}
          <button>Search</button>
        </form>`;
}
