/** The users of the application. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { listPeople } from '../calls/people.js';
import { afterTyping, paged } from '../client/loading.js';
import { keepInAddress, linkTo } from '../client/router.js';
import { badge } from '../widgets/badges.js';
import { searchField } from '../widgets/fields.js';
import { pagedList, table } from '../widgets/table.js';

/** @import { PageContext, Page } from '../client/types.ts' */

/**
 * @param {PageContext} context
 * @returns {Page}
 */
export function openPeople({ place, update }) {
  let search = place.query.get('search') ?? '';
  const people = paged(cursor => listPeople({ search, cursor }), update);
  const searched = afterTyping(text => {
    search = text;
    keepInAddress(place, { search });
    void people.restart();
  });
  return {
    title: 'People',
    view: () => html`
      <div class="head"><div>
        <h1 tabindex="-1">People</h1>
        <p class="soft">Users, their access, and what grants it.</p>
      </div></div>
      <div class="stack">
        ${searchField('Search by name, username or mail', search, searched)}
        ${pagedList(
          people,
          search === '' ? 'The application has no users yet.' : 'No matching users.',
          items =>
            html`<div class="list">${table(
              'People',
              [
                {
                  head: 'Person',
                  kind: 'main',
                  cell: ({ username, fullName }) =>
                    html`<a href=${linkTo(['people', username])}>${fullName || username}</a><small>${username}</small>`,
                },
                { head: 'Mail', cell: ({ email }) => email },
                {
                  head: 'State',
                  cell: ({ isActive, isSuperuser }) =>
                    html`<span class="badges">${isActive ? badge('good', 'good', 'active') : badge('calm', 'none', 'inactive')}${isSuperuser ? badge('warn', 'warn', 'superuser') : ''}</span>`,
                },
              ],
              items,
              person => person.username,
            )}</div>`,
        )}
      </div>`,
  };
}
