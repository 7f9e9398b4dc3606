/** One user: who it is, what waits, memberships, access, explanations and history. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { listDoubts } from '../calls/doubts.js';
import { listAccess, listMemberships, readUser } from '../calls/people.js';
import { loaded, paged } from '../client/loading.js';
import { linkTo } from '../client/router.js';
import { accessTable, membershipTable } from '../people/access-tables.js';
import { createQuestion } from '../people/explain-form.js';
import { createWhy } from '../people/explanation.js';
import { createHistory } from '../people/history.js';
import { entryList, identity, waitingView } from '../people/passport.js';
import { createResync } from '../people/resync.js';
import { whenLoaded } from '../widgets/notices.js';
import { pagedList } from '../widgets/table.js';

/** @import { PageContext, Page } from '../client/types.ts' */

/**
 * @param {PageContext} context
 * @param {string} username
 * @returns {Page}
 */
export function openPerson(context, username) {
  const { place, update, isAdmin } = context;
  const asked = {
    team: place.query.get('team') ?? '',
    group: place.query.get('group') ?? '',
    project: place.query.get('project') ?? '',
  };
  const user = loaded(() => readUser(username), update);
  const doubts = paged(cursor => listDoubts({ user: username, cursor }), update);
  const memberships = paged(cursor => listMemberships(username, { cursor }), update);
  const access = paged(cursor => listAccess(username, { cursor }), update);
  const history = createHistory({ user: username }, update);
  const why = createWhy(update);
  const resync = isAdmin ? createResync(context, username) : undefined;
  const question = createQuestion({ asked, ask: target => why.ask(username, target), update });
  if (asked.group !== '') why.ask(username, { team: asked.team, group: asked.group });
  else if (asked.project !== '') why.ask(username, { team: asked.team, project: asked.project });

  return {
    title: username,
    view: () => html`
      <div class="head"><div>
        <p class="crumb"><a href=${linkTo(['people'])}>People</a></p>
        <h1 tabindex="-1"><bdi>${user.value?.fullName || username}</bdi></h1>
        ${whenLoaded(user, identity)}
      </div>${resync?.buttons() ?? nothing}</div>
      ${resync?.refusal() ?? nothing}
      ${user.value === undefined ? nothing : waitingView(user.value, doubts.items)}
      <section class="part" aria-labelledby="why">
        <div class="part-head"><h2 id="why">Why, or why not?</h2></div>
        <div class="stack">${question.view()}${why.answerView()}</div>
      </section>
      <section class="part" aria-labelledby="memberships">
        <div class="part-head"><h2 id="memberships">Memberships</h2></div>
        ${pagedList(memberships, `${username} is in no group and no team.`, items => membershipTable(items, username))}
      </section>
      <section class="part" aria-labelledby="access">
        <div class="part-head"><h2 id="access">Projects with access</h2></div>
        ${pagedList(access, `${username} has no access to any project.`, items => accessTable(items, username))}
      </section>
      ${user.value === undefined ? nothing : entryList(user.value)}
      ${history.view()}`,
  };
}
