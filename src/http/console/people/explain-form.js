/** The form that selects what to explain: a group or a project of a team. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { listGroups, listProjects, listTeams } from '../calls/groups.js';
import { loaded } from '../client/loading.js';
import { choiceField, submitted, textField } from '../widgets/fields.js';
import { createSuggestions } from '../widgets/suggestions.js';

/** @import { Target } from './explanation.js' */

/**
 * @param {object} parts
 * @param {{ readonly team: string, readonly group: string, readonly project: string }} parts.asked the initial values
 * @param {(target: Target) => void} parts.ask
 * @param {() => void} parts.update
 */
export function createQuestion({ asked, ask, update }) {
  let { team } = asked;
  let kind = asked.project === '' ? 'group' : 'project';
  const teams = loaded(async () => {
    const { items } = await listTeams({ limit: 200 });
    team ||= items[0]?.slug ?? '';
    return items;
  }, update);
  const suggestions = createSuggestions(
    search => (kind === 'group' ? groupNames(team, search) : projectNames(team)),
    update,
  );

  /** @param {SubmitEvent} event */
  function send(event) {
    const { what = '' } = submitted(event);
    ask(kind === 'group' ? { team, group: what } : { team, project: what });
  }
  function view() {
    if (teams.value === undefined) return nothing;
    const label = kind === 'group' ? 'Name of the group' : 'Slug of the project';
    const value = kind === 'group' ? asked.group : asked.project;
    return html`<form class="filters" @submit=${send}>
      ${choiceField({ label: 'Team', name: 'team', value: team, choices: teams.value.map(({ slug, name }) => /** @type {const} */ ([slug, name])), use: chosen => (team = chosen) })}
      ${choiceField({ label: 'What', name: 'kind', value: kind, choices: KINDS, use: chosen => choose(chosen) })}
      ${textField({ label, name: 'what', value, required: true, list: 'names', use: suggestions.typed })}
      ${suggestions.view('names')}
      <button class="quiet">Explain</button>
    </form>`;
  }
  /** @param {string} chosen */
  function choose(chosen) {
    kind = chosen;
    update();
  }
  return { view };
}

const KINDS = /** @type {const} */ ([
  ['group', 'Access group'],
  ['project', 'Project'],
]);

/**
 * @param {string} team
 * @param {string} search
 */
async function groupNames(team, search) {
  const { items } = await listGroups({ search, limit: 20 }, team);
  return items.map(({ name, access }) => /** @type {const} */ ([name, access]));
}

/** @param {string} team */
async function projectNames(team) {
  const { items } = await listProjects(team, { limit: 50 });
  return items.map(({ slug, name }) => /** @type {const} */ ([slug, name]));
}
