/** Looking after a group by hand. Of a managed one, access and projects are the team's; the rest is locked. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { changeGroup, listProjects, putInto, removeGroup, takeOut } from '../calls/groups.js';
import { listPeople } from '../calls/people.js';
import { afterTyping, apiError, loaded } from '../loading.js';
import { linkTo } from '../router.js';
import { ACCESS_HELP, ACCESS_TYPES } from './access-types.js';
import { choiceField, offers, submitted, textField } from './fields.js';
import { icon } from './icons.js';
import { problem } from './notices.js';

/** @import { ApiError } from '../api.js' */
/** @import { Group, Loaded, PageOf, Person, Project } from '../types.ts' */
/** @import { Dialog } from './dialog.js' */

/** @typedef {Group & { readonly etag: string }} Known */

/**
 * @param {object} parts
 * @param {Dialog} parts.dialog
 * @param {() => void} parts.update
 * @param {(text: string) => void} parts.announce
 * @param {() => Promise<void>} parts.changed
 */
export function createGroupEditing({ dialog, update, announce, changed }) {
  /** @type {ApiError | undefined} */
  let refused;
  /** @type {readonly Person[]} */
  let found = [];
  /** @type {Loaded<PageOf<Project>> | undefined} */
  let projects;

  /**
   * @param {() => Promise<unknown>} change
   * @param {string} text
   */
  async function attempt(change, text) {
    try {
      await change();
      refused = undefined;
      announce(text);
    } catch (error) {
      refused = apiError(error);
    }
    await changed();
  }
  const suggest = afterTyping(async search => {
    if (search !== '') found = (await listPeople({ search, limit: 10 })).items;
    update();
  });
  /** @param {Group} group @param {string} username */
  function removeMember({ id, name }, username) {
    dialog.ask({
      title: `Remove ${username} from ${name}?`,
      body: () => html`<p>What ${username} reaches only through this group is lost at once.</p>`,
      yes: 'Remove',
      danger: true,
      act: async () => {
        await takeOut(id, 'members', username);
        announce(`${username} is no longer in ${name}.`);
        await changed();
      },
    });
  }
  /** @param {Known} group */
  function remove(group) {
    dialog.ask({
      title: `Remove the group ${group.name}?`,
      body: () =>
        html`<p>Its members lose what they reach only through it. There is no way back but making it again.</p>`,
      yes: 'Remove group',
      danger: true,
      act: async () => {
        await removeGroup(group);
        announce(`${group.name} is gone.`);
        location.hash = linkTo(['teams', group.team]);
      },
    });
  }
  /** @param {Group} group */
  function addMember({ id, name }) {
    const add = (/** @type {SubmitEvent} */ event) => {
      const { username = '' } = submitted(event);
      if (event.currentTarget instanceof HTMLFormElement) event.currentTarget.reset();
      void attempt(() => putInto(id, 'members', username), `${username} is in ${name} now.`);
    };
    return html`<form class="filters adding" @submit=${add}>
      ${textField({ label: 'Username', name: 'username', required: true, max: 30, list: 'people', use: suggest })}
      ${offers(
        'people',
        found.map(({ username, fullName }) => [username, fullName]),
      )}
      <button>${icon('add')}Add member</button>
    </form>`;
  }
  /** @param {Known} group */
  function view(group) {
    projects ??= loaded(() => listProjects(group.team, { limit: 200 }), update);
    const save = (/** @type {SubmitEvent} */ event) => {
      const { name = group.name, type = '' } = submitted(event);
      const change = {
        ...(name !== group.name && { name }),
        ...(Number(type) !== group.type && { type: Number(type) }),
      };
      if (Object.keys(change).length > 0) void attempt(() => changeGroup(group, change), 'Saved.');
    };
    return html`<section class="part" aria-labelledby="settings">
      <div class="part-head"><h2 id="settings">Access</h2></div>
      ${problem(refused)}
      <div class="split">
        <form class="card form" @submit=${save}>
          ${group.managed ? nothing : textField({ label: 'Group Name', name: 'name', value: group.name, required: true, max: 64 })}
          ${choiceField({ label: 'Access Type', name: 'type', value: String(group.type), choices: ACCESS_TYPES, help: ACCESS_HELP })}
          <div class="actions">
            <button class="quiet">Save</button>
            ${group.managed ? nothing : html`<button type="button" class="quiet" @click=${() => remove(group)}>Remove group…</button>`}
          </div>
        </form>
        <fieldset class="card form">
          <legend class="unseen">Projects</legend>
          <h3>Projects</h3>
          ${projects.value?.items.map(project => projectCheck(group, project, attempt)) ?? nothing}
          ${group.projects.length === 0 ? html`<p class="help">Without a project the group grants nothing.</p>` : nothing}
        </fieldset>
      </div>
    </section>`;
  }
  return { view, addMember, removeMember, projects: projectList };
}

/**
 * @param {Group} group
 * @param {Project} project
 * @param {(change: () => Promise<unknown>, text: string) => Promise<void>} attempt
 */
function projectCheck({ id, projects }, { slug, name }, attempt) {
  const assigned = projects.includes(slug);
  const toggle = () =>
    void attempt(
      () => (assigned ? takeOut(id, 'projects', slug) : putInto(id, 'projects', slug)),
      `${name} is ${assigned ? 'no longer assigned' : 'assigned'}.`,
    );
  return html`<label class="check"><input type="checkbox" .checked=${assigned} @change=${toggle}><span>${name} <span class="soft">${slug}</span></span></label>`;
}

/** @param {Group} group */
function projectList({ projects }) {
  return html`<section class="part" aria-labelledby="projects">
    <div class="part-head"><h2 id="projects">Projects</h2></div>
    ${projects.length === 0 ? html`<p class="soft">None, so the group grants nothing.</p>` : html`<ul class="chips">${projects.map(slug => html`<li>${slug}</li>`)}</ul>`}
  </section>`;
}
