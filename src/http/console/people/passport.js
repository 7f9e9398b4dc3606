/** Who a user is: name, address, state, the entries in directories, and what waits for a decision about the user. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { linkTo } from '../client/router.js';
import { badge } from '../widgets/badges.js';
import { callout } from '../widgets/notices.js';
import { table } from '../widgets/table.js';

/** @import { Doubt, UserDetail } from '../client/types.ts' */

/** @type {Readonly<Record<string, string>>} */
const MATCHES = { username: 'same username', email: 'same address', created: 'created by a run' };

/** @param {UserDetail} user */
export function identity({ username, email, isActive, isSuperuser }) {
  return html`<p class="soft"><bdi>${username}</bdi>${email === '' ? nothing : html` · <bdi>${email}</bdi>`}</p>
    <div class="badges">
      ${isActive ? badge('good', 'good', 'active') : badge('calm', 'none', 'inactive, no access')}
      ${isSuperuser ? badge('warn', 'warn', 'superuser') : nothing}
    </div>`;
}

/**
 * Nothing if no decision is open.
 * @param {UserDetail} user
 * @param {readonly Doubt[]} doubts
 */
export function waitingView({ held }, doubts) {
  const open = doubts.filter(({ decision }) => decision === null);
  if (held.length + open.length === 0) return nothing;
  return callout(
    'warn',
    html`<h2>What waits</h2>
    <ul>
      ${held.map(({ groupId, team, group, plan }) => html`<li>The removal from <a href=${linkTo(['groups', groupId])}>${group}</a> <span class="soft">${team}</span> waits for a decision. <a href=${linkTo(['waiting', plan])}>Review<span class="unseen"> the removal from ${group}</span></a></li>`)}
      ${open.map(({ accessGroupId, team, group, explanation, directory }) => html`<li>In doubt in <a href=${linkTo(['groups', accessGroupId])}>${group}</a> <span class="soft">${team}</span>: ${explanation}. <a href=${linkTo(['doubts'], { directory })}>Decide<span class="unseen"> about ${group}</span></a></li>`)}
    </ul>`,
  );
}

/** @param {UserDetail} user */
export function entryList({ entries, username }) {
  return html`<section class="part" aria-labelledby="entries">
    <div class="part-head"><h2 id="entries">Directory entries</h2><a href=${linkTo(['links'], { user: username })}>Links of this user</a></div>
    ${
      entries.length === 0
        ? html`<p class="soft">No directory entry is linked to ${username}, so no sync adds or removes the user.</p>`
        : html`<div class="list">${table(
            'Directory entries',
            [
              { head: 'Entry', kind: 'main', cell: ({ dn }) => html`<code>${dn}</code>` },
              { head: 'Directory', cell: ({ directory }) => directory },
              { head: 'Username there', cell: ({ username }) => username ?? 'not known' },
              { head: 'Linked by', cell: ({ matchedBy }) => MATCHES[matchedBy] ?? matchedBy },
            ],
            entries,
            ({ directory }) => directory,
          )}</div>`
    }
  </section>`;
}
