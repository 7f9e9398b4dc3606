/** Maps places to pages. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { openAudit } from './pages/audit.js';
import { openDoubts } from './pages/doubts.js';
import { openGroup } from './pages/group.js';
import { openGroups } from './pages/groups.js';
import { openNewGroup } from './pages/new-group.js';
import { openOverview } from './pages/overview.js';
import { openPeople } from './pages/people.js';
import { openPerson } from './pages/person.js';
import { openProject } from './pages/project.js';
import { openRun } from './pages/run.js';
import { openRuns } from './pages/runs.js';
import { openTeam } from './pages/team.js';
import { openTeams } from './pages/teams.js';
import { openLinks } from './people/links.js';
import { openShadow } from './runs/shadow.js';
import { openHeldPlan } from './waiting/held-plan.js';
import { openWaiting } from './waiting/waiting.js';

/** @import { PageContext, OpenPage, Page } from './client/types.ts' */

/** `*` matches one part of the path, which is passed to the page. @type {Readonly<Record<string, OpenPage>>} */
const PAGES = {
  '': openOverview,
  runs: openRuns,
  'runs/*': openRun,
  waiting: openWaiting,
  'waiting/*': openHeldPlan,
  doubts: openDoubts,
  'shadow/*': openShadow,
  groups: openGroups,
  'groups/*': openGroup,
  teams: openTeams,
  'teams/*': openTeam,
  'teams/*/new': openNewGroup,
  'teams/*/projects/*': openProject,
  people: openPeople,
  'people/*': openPerson,
  links: openLinks,
  audit: openAudit,
};

/**
 * Opens the page of a place.
 * @param {PageContext} context
 * @returns {Page}
 */
export function pageAt(context) {
  const { path } = context.place;
  for (const [pattern, open] of Object.entries(PAGES)) {
    const parts = pattern.split('/').filter(Boolean);
    if (parts.length === path.length && parts.every((part, at) => part === '*' || part === path[at])) {
      return open(context, ...path.filter((_part, at) => parts[at] === '*'));
    }
  }
  return { title: 'Not found', view: notFound };
}

function notFound() {
  return html`<h1 tabindex="-1">Page not found</h1>
    <p>The console has no page at this address. <a href="#/">Go to the overview</a></p>`;
}
