/** A team: its access groups, members and projects. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { listGroups, listProjects, listTeamMembers } from '../calls/groups.js';
import { afterTyping, paged } from '../client/loading.js';
import { keepInAddress, linkTo } from '../client/router.js';
import { number } from '../client/text.js';
import { groupTable } from '../groups/group-table.js';
import { badge } from '../widgets/badges.js';
import { searchField } from '../widgets/fields.js';
import { icon } from '../widgets/icons.js';
import { pagedList, table } from '../widgets/table.js';

/** @import { PageContext, Page, Project, TeamMember } from '../client/types.ts' */

/**
 * @param {PageContext} context
 * @param {string} slug
 * @returns {Page}
 */
export function openTeam({ place, update, isAdmin }, slug) {
  let search = place.query.get('search') ?? '';
  const groups = paged(cursor => listGroups({ search, cursor }, slug), update);
  const members = paged(cursor => listTeamMembers(slug, { cursor }), update);
  const projects = paged(cursor => listProjects(slug, { cursor }), update);
  const searched = afterTyping(text => {
    search = text;
    keepInAddress(place, { search });
    void groups.restart();
  });
  const none = () =>
    search === '' ? 'You have not created any access groups yet.' : 'No access group matches.';
  return {
    title: slug,
    view: () => html`
      <div class="head">
        <div>
          <p class="crumb"><a href=${linkTo(['teams'])}>Teams</a></p>
          <h1 tabindex="-1">${slug}</h1>
        </div>
        ${isAdmin ? html`<a class="button" href=${linkTo(['teams', slug, 'new'])}>${icon('add')}New access group</a>` : nothing}
      </div>
      <section aria-labelledby="groups">
        <div class="part-head"><h2 id="groups">Access groups</h2>${searchField('Search by name', search, searched)}</div>
        ${pagedList(groups, none(), items => groupTable(items, { withTeam: false }))}
      </section>
      <div class="split part">
        <section aria-labelledby="members">
          <div class="part-head"><h2 id="members">Members</h2></div>
          ${pagedList(members, 'The team has no members.', memberTable)}
        </section>
        <aside class="aside" aria-label="Two kinds of membership">
          <div class="card aside">
            <h3>Members or access groups?</h3>
            <p class="small"><strong>Members of the team</strong> have access to all of its projects, current and future.</p>
            <p class="small"><strong>Members of an access group</strong> have access only to the projects that are assigned to the group, at the group's level.</p>
            <p class="small soft">A user in both keeps the access of the team after leaving a group. A user who is suspended in the team has no access through its groups either.</p>
          </div>
        </aside>
      </div>
      <section class="part" aria-labelledby="projects">
        <div class="part-head"><h2 id="projects">Projects</h2></div>
        ${pagedList(projects, 'The team has no projects yet.', items => projectTable(slug, items))}
      </section>`,
  };
}

/** @param {readonly TeamMember[]} members */
function memberTable(members) {
  return html`<div class="list">${table(
    'Members of the team',
    [
      {
        head: 'Person',
        kind: 'main',
        cell: ({ username, fullName }) =>
          html`<a href=${linkTo(['people', username])}>${fullName || username}</a><small>${username}</small>`,
      },
      { head: 'Access', cell: ({ access }) => access },
      {
        head: 'State',
        cell: ({ isActive, suspended }) =>
          suspended
            ? badge('warn', 'held', 'suspended')
            : isActive
              ? badge('good', 'good', 'active')
              : badge('calm', 'none', 'inactive'),
      },
    ],
    members,
    member => member.username,
  )}</div>`;
}

/**
 * @param {string} team
 * @param {readonly Project[]} projects
 */
function projectTable(team, projects) {
  return html`<div class="list">${table(
    'Projects of the team',
    [
      {
        head: 'Project',
        kind: 'main',
        cell: ({ slug, name, visible }) =>
          html`<a href=${linkTo(['teams', team, 'projects', slug])}>${name}</a><small>${slug}${visible ? '' : ' · hidden, no access'}</small>`,
      },
      { head: 'Access groups', kind: 'number', cell: ({ groups }) => number(groups) },
      {
        head: 'Who has access',
        kind: 'actions',
        cell: ({ slug, name }) =>
          html`<a href=${linkTo(['teams', team, 'projects', slug])}>Show<span class="unseen"> who has access to ${name}</span></a>`,
      },
    ],
    projects,
    project => project.slug,
  )}</div>`;
}
