/** The users with access to a project, now or at another time. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { listProjectAccess } from '../calls/people.js';
import { paged } from '../client/loading.js';
import { keepInAddress, linkTo } from '../client/router.js';
import { projectAccessTable } from '../people/access-tables.js';
import { textField } from '../widgets/fields.js';
import { pagedList } from '../widgets/table.js';

/** @import { PageContext, Page } from '../client/types.ts' */

/**
 * @param {PageContext} context
 * @param {string} team
 * @param {string} project
 * @returns {Page}
 */
export function openProject({ place, update }, team, project) {
  let at = place.query.get('at') ?? '';
  const moment = () => (at === '' ? {} : { at: new Date(at).toISOString() });
  const people = paged(cursor => listProjectAccess(team, project, { cursor, ...moment() }), update);

  /** @param {string} text a local time, as the field holds it */
  function choose(text) {
    at = text;
    keepInAddress(place, { at });
    void people.restart();
  }
  return {
    title: project,
    view: () => html`
      <div class="head"><div>
        <p class="crumb"><a href=${linkTo(['teams', team])}>${team}</a></p>
        <h1 tabindex="-1">${project}</h1>
        <p class="soft">Users with access, and what grants it.</p>
      </div></div>
      <div class="stack">
        <div class="filters">${textField({ label: 'At (empty: now)', name: 'at', type: 'datetime-local', value: at, use: choose })}</div>
        ${pagedList(people, 'No users have access.', items => projectAccessTable(items, team, project))}
      </div>`,
  };
}
