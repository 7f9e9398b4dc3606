/** The teams of the application. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { listTeams } from '../calls/groups.js';
import { paged } from '../client/loading.js';
import { linkTo } from '../client/router.js';
import { number } from '../client/text.js';
import { pagedList, table } from '../widgets/table.js';

/** @import { PageContext, Page } from '../client/types.ts' */

/**
 * @param {PageContext} context
 * @returns {Page}
 */
export function openTeams({ update }) {
  const teams = paged(cursor => listTeams({ cursor }), update);
  return {
    title: 'Teams',
    view: () => html`
      <div class="head"><div>
        <h1 tabindex="-1">Teams</h1>
        <p class="soft">A team owns projects. Team members have access to all of them. Access groups grant access to assigned projects only.</p>
      </div></div>
      ${pagedList(
        teams,
        'The application has no teams yet.',
        items =>
          html`<div class="list">${table(
            'Teams',
            [
              {
                head: 'Team',
                kind: 'main',
                cell: ({ slug, name }) =>
                  html`<a href=${linkTo(['teams', slug])}>${name}</a><small>${slug}</small>`,
              },
              { head: 'Access groups', kind: 'number', cell: ({ groups }) => number(groups) },
              { head: 'Members', kind: 'number', cell: ({ members }) => number(members) },
              { head: 'Projects', kind: 'number', cell: ({ projects }) => number(projects) },
            ],
            items,
            team => team.slug,
          )}</div>`,
      )}`,
  };
}
