/** Edits the name, level and projects of a group. The name of a managed group is read-only. */
import { live } from '/console/vendor/lit-html/directives/live.js';
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { addTo, changeGroup, listProjects, removeFrom, removeGroup } from '../calls/groups.js';
import { loaded } from '../client/loading.js';
import { linkTo } from '../client/router.js';
import { choiceField, submitted, textField } from '../widgets/fields.js';
import { createAttempt } from '../widgets/submit.js';
import { ACCESS_HELP, ACCESS_TYPES } from './access-types.js';

/** @import { Group, Loaded, PageOf, Project } from '../client/types.ts' */
/** @import { Attempt } from '../widgets/submit.js' */
/** @import { Dialog } from '../widgets/dialog.js' */

/** @typedef {Group & { readonly etag: string }} Known */

/**
 * @typedef {object} EditingParts
 * @property {Dialog} dialog
 * @property {() => void} update
 * @property {(text: string) => void} announce
 * @property {() => Promise<void>} changed
 */

/** @param {EditingParts} parts */
export function createGroupEditing({ dialog, update, announce, changed }) {
  /** @type {Loaded<PageOf<Project>> | undefined} */
  let projects;
  const { attempt, problem } = createAttempt(announce, changed);

  /** @param {Known} group */
  function remove(group) {
    dialog.ask({
      title: `Remove the group ${group.name}?`,
      body: () => html`<p>Its members lose the access that only this group grants. You cannot undo this.</p>`,
      yes: 'Remove group',
      danger: true,
      act: async () => {
        await removeGroup(group);
        announce(`${group.name} was removed.`);
        location.hash = linkTo(['teams', group.team]);
      },
    });
  }
  /** @param {Known} group */
  function view(group) {
    projects ??= loaded(() => listProjects(group.team, { limit: 200 }), update);
    return html`<section class="part" aria-labelledby="settings">
      <div class="part-head"><h2 id="settings">Access</h2></div>
      ${problem()}
      <div class="split">
        ${settings(group, attempt, remove)}
        <fieldset class="card form">
          <legend class="unseen">Projects</legend>
          <h3>Projects</h3>
          ${projects.value?.items.map(project => projectCheck(group, project, attempt)) ?? nothing}
          ${group.projects.length === 0 ? html`<p class="help">Without a project, the group grants no access.</p>` : nothing}
        </fieldset>
      </div>
    </section>`;
  }
  return { view };
}

/**
 * @param {Known} group
 * @param {Attempt} attempt
 * @param {(group: Known) => void} remove
 */
function settings(group, attempt, remove) {
  const save = (/** @type {SubmitEvent} */ event) => {
    const { name = group.name, type = '' } = submitted(event);
    const change = {
      ...(name !== group.name && { name }),
      ...(Number(type) !== group.type && { type: Number(type) }),
    };
    if (Object.keys(change).length > 0) void attempt(() => changeGroup(group, change), 'Saved.');
  };
  const type = String(group.type);
  const known = ACCESS_TYPES.some(([value]) => value === type);
  const choices = known ? ACCESS_TYPES : [/** @type {const} */ ([type, group.access]), ...ACCESS_TYPES];
  return html`<form class="card form" @submit=${save}>
    ${group.managed ? nothing : textField({ label: 'Group Name', name: 'name', value: group.name, required: true, max: 64 })}
    ${choiceField({ label: 'Access Type', name: 'type', value: type, choices, help: ACCESS_HELP })}
    <div class="actions">
      <button class="quiet">Save</button>
      ${group.managed ? nothing : html`<button type="button" class="quiet" @click=${() => remove(group)}>Remove group…</button>`}
    </div>
  </form>`;
}

/**
 * @param {Group} group
 * @param {Project} project
 * @param {Attempt} attempt
 */
function projectCheck({ id, projects }, { slug, name }, attempt) {
  const assigned = projects.includes(slug);
  const toggle = () =>
    void attempt(
      () => (assigned ? removeFrom(id, 'projects', slug) : addTo(id, 'projects', slug)),
      `${name} is ${assigned ? 'no longer assigned' : 'assigned'}.`,
    );
  return html`<label class="check"><input type="checkbox" .checked=${live(assigned)} @change=${toggle}><span>${name} <span class="soft">${slug}</span></span></label>`;
}

/**
 * The projects as a read-only list.
 * @param {Group} group
 */
export function projectList({ projects }) {
  return html`<section class="part" aria-labelledby="projects">
    <div class="part-head"><h2 id="projects">Projects</h2></div>
    ${projects.length === 0 ? html`<p class="soft">None. The group grants no access.</p>` : html`<ul class="chips">${projects.map(slug => html`<li>${slug}</li>`)}</ul>`}
  </section>`;
}
