import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { listGroups, listProjects, listTeams } from '../calls/groups.js';
import { listAccess } from '../calls/people.js';
import { afterTyping, loaded, paged } from '../loading.js';
import { accessTable } from '../parts/access-tables.js';
import { choiceField, offers, submitted, textField } from '../parts/fields.js';
import { createHistory } from '../parts/history.js';
import { pagedList } from '../parts/table.js';
import { createWhy } from '../parts/why.js';
import { linkTo } from '../router.js';

/** @import { Ground, Page } from '../types.ts' */

/**
 * One user: access and why, and why not.
 * @param {Ground} ground
 * @param {string} username
 * @returns {Page}
 */
export function openPerson({ place, update }, username) {
  const asked = {
    team: place.query.get('team') ?? '',
    group: place.query.get('group') ?? '',
    project: place.query.get('project') ?? '',
  };
  let { team } = asked;
  let kind = asked.project === '' ? 'group' : 'project';
  /** @type {readonly (readonly [string, string])[]} */
  let names = [];
  const access = paged(cursor => listAccess(username, { cursor }), update);
  const teams = loaded(async () => {
    const { items } = await listTeams({ limit: 200 });
    team ||= items[0]?.slug ?? '';
    return items;
  }, update);
  const why = createWhy(update);
  const history = createHistory({ user: username }, update);
  if (asked.group !== '') why.ask(username, { team, group: asked.group });
  else if (asked.project !== '') why.ask(username, { team, project: asked.project });

  const suggest = afterTyping(async search => {
    const groups = kind === 'group' ? (await listGroups({ search, limit: 20 }, team)).items : [];
    const projects = kind === 'project' ? (await listProjects(team, { limit: 50 })).items : [];
    names = [
      ...groups.map(({ name, access: level }) => /** @type {const} */ ([name, level])),
      ...projects.map(({ slug, name }) => /** @type {const} */ ([slug, name])),
    ];
    update();
  });
  /** @param {SubmitEvent} event */
  function ask(event) {
    const { what = '' } = submitted(event);
    why.ask(username, kind === 'group' ? { team, group: what } : { team, project: what });
  }
  function question() {
    return html`<form class="filters" @submit=${ask}>
      ${choiceField({
        label: 'Team',
        name: 'team',
        value: team,
        choices: teams.value?.map(({ slug, name }) => /** @type {const} */ ([slug, name])) ?? [],
        use: value => {
          team = value;
          names = [];
          update();
        },
      })}
      ${choiceField({
        label: 'What',
        name: 'kind',
        value: kind,
        choices: [
          ['group', 'Access group'],
          ['project', 'Project'],
        ],
        use: value => {
          kind = value;
          names = [];
          update();
        },
      })}
      ${textField({ label: kind === 'group' ? 'Name of the group' : 'Slug of the project', name: 'what', value: kind === 'group' ? asked.group : asked.project, required: true, list: 'names', use: suggest })}
      ${offers('names', names)}
      <button class="quiet">Explain</button>
    </form>`;
  }
  return {
    title: username,
    view: () => html`
      <div class="head"><div>
        <p class="crumb"><a href=${linkTo(['people'])}>People</a></p>
        <h1 tabindex="-1">${username}</h1>
      </div></div>
      <section class="stack" aria-labelledby="why">
        <h2 id="why">Why, or why not?</h2>
        ${teams.value === undefined ? nothing : question()}
        ${why.said()}
      </section>
      <section class="part" aria-labelledby="access">
        <div class="part-head"><h2 id="access">Projects ${username} can reach</h2></div>
        ${pagedList(access, `${username} can reach no project.`, items => accessTable(items, username))}
      </section>
      ${history.view()}`,
  };
}
