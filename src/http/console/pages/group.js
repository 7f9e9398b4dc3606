/** One access group: its members, projects, explanations, history and actions. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { listMembers, readGroup } from '../calls/groups.js';
import { followChanges } from '../client/events.js';
import { afterTyping, loaded, paged } from '../client/loading.js';
import { keepInAddress, linkTo } from '../client/router.js';
import { difference, number } from '../client/text.js';
import { createGroupEditing, projectList } from '../groups/edit-group.js';
import { createMemberEditing } from '../groups/edit-members.js';
import { createGroupActions } from '../groups/group-actions.js';
import { memberTable } from '../groups/member-table.js';
import { createOtherMembers } from '../groups/other-members.js';
import { createWhy } from '../people/explanation.js';
import { createHistory } from '../people/history.js';
import { groupBadges, groupDifference, managedBadge } from '../widgets/badges.js';
import { ago, since } from '../widgets/dates.js';
import { createDialog } from '../widgets/dialog.js';
import { searchField } from '../widgets/fields.js';
import { callout, problem, whenLoaded } from '../widgets/notices.js';
import { pagedList } from '../widgets/table.js';

/** @import { PageContext, Group, Page } from '../client/types.ts' */

/**
 * @param {PageContext} context
 * @param {string} id
 * @returns {Page}
 */
export function openGroup(context, id) {
  const { place, update, announce, isAdmin } = context;
  let search = place.query.get('search') ?? '';
  /** @type {ReturnType<typeof createHistory> | undefined} */
  let history;
  const group = loaded(async () => {
    const found = await readGroup(id);
    history ??= createHistory({ group: found.name, team: found.team }, update);
    return found;
  }, update);
  const members = paged(cursor => listMembers(id, { search, cursor }), update);
  const changed = async () => {
    await Promise.all([group.reload(), members.restart(), others.restart(), history?.restart()]);
  };
  const unfollow = followChanges(changed);
  const dialog = createDialog(update);
  const actions = createGroupActions({ dialog, update, announce, changed });
  const editing = createGroupEditing({ dialog, update, announce, changed });
  const people = createMemberEditing({ dialog, update, announce, changed });
  const others = createOtherMembers(id, update);
  const why = createWhy(update);
  const searched = afterTyping(text => {
    search = text;
    keepInAddress(place, { search });
    void members.restart();
  });

  return {
    title: group.value?.name ?? 'Access group',
    close: unfollow,
    view: () => html`
      ${whenLoaded(
        group,
        value => html`
        ${head(value, isAdmin ? actions.view(value) : nothing)}
        ${problem(actions.error())}
        ${value.managed ? lock(value) : nothing}
        ${value.frozen ? callout('calm', html`<p>Frozen by ${value.sources[0]?.frozenBy ?? 'unknown'}: the sync does not change this group. “${value.sources[0]?.frozenReason ?? ''}”</p>`) : nothing}
        ${inShadow(value)}
        ${value.lastError ? callout('bad', html`<p>${value.lastError}</p>`) : nothing}
        <section class="part" aria-labelledby="members">
          <div class="part-head"><h2 id="members">Members <span class="soft">${number(value.members)}</span></h2>${searchField('Search members', search, searched)}</div>
          ${isAdmin && !value.managed ? people.view(value) : nothing}
          ${pagedList(members, search === '' ? 'The group has no members.' : 'No member matches.', items => memberTable(items, value, isAdmin ? people.remove : undefined))}
        </section>
        ${others.view(value)}
        <section class="part" aria-labelledby="why">
          <div class="part-head"><h2 id="why">Why is a user in this group, or not?</h2></div>
          ${why.view({ team: value.team, group: value.name })}
        </section>
        ${history?.view()}
        ${isAdmin ? editing.view(value) : projectList(value)}`,
      )}
      ${dialog.view()}`,
  };
}

/**
 * @param {Group} group
 * @param {unknown} buttons
 */
function head(group, buttons) {
  return html`<div class="head">
    <div>
      <p class="crumb"><a href=${linkTo(['teams', group.team])}>${group.team}</a></p>
      <h1 tabindex="-1">${group.name}</h1>
      <p class="soft">Access level ${group.access} on the projects below · created ${ago(group.dateAdded)}</p>
      <div class="badges">${group.managed ? managedBadge() : nothing}${groupBadges(group)}${groupDifference(group)}</div>
    </div>
    <div class="actions">${buttons}</div>
  </div>`;
}

/** @param {Group} group */
function inShadow({ shadow, directory, team, name }) {
  if (shadow === null) return nothing;
  const { mapping, add, remove } = shadow;
  const place = linkTo(['shadow', directory ?? ''], { search: `${team}/${name}` });
  return callout(
    remove > 0 ? 'warn' : 'calm',
    html`<p>Mapping <code>${mapping}</code> is in shadow: no run changes this group, which differs ${since(shadow.since)}. <a href=${place}>${add + remove === 0 ? 'Show what would change' : `${difference(add, remove)} members`}</a></p>`,
  );
}

/** @param {Group} group */
function lock({ directory, sources }) {
  return callout(
    'calm',
    html`
    <p><strong>Members and name are maintained by directory sync (${directory}).</strong> Change them in the directory, or release the group to manage it manually. You can change its access level and projects here.</p>
    ${sources.map(({ dn, missingSince, appliedRun }) => html`<p class="small"><code>${dn}</code>${missingSince ? html`, missing since ${ago(missingSince)}` : nothing}${appliedRun === null ? nothing : html`, last checked by <a href=${linkTo(['runs', appliedRun])}>run ${appliedRun}</a>`}</p>`)}`,
  );
}
