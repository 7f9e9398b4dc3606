/** Which directory entries are linked to which users, which links wait, and the decisions about them. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { decideLink, listLinks, unlinkUser } from '../calls/links.js';
import { filterOf, paged } from '../client/loading.js';
import { linkTo } from '../client/router.js';
import { badge } from '../widgets/badges.js';
import { ago } from '../widgets/dates.js';
import { createDialog } from '../widgets/dialog.js';
import { choiceField, directoryField } from '../widgets/fields.js';
import { pagedList, table } from '../widgets/table.js';

/** @import { Link, PageContext, Page } from '../client/types.ts' */
/** @import { Question } from '../widgets/dialog.js' */

/** @typedef {'confirm' | 'refuse' | 'unlink'} Act */

const STATES = /** @type {const} */ ([
  ['', 'All links'],
  ['waiting', 'Waiting'],
  ['linked', 'Linked'],
  ['refused', 'Refused'],
]);

/** @type {Readonly<Record<Link['state'], readonly [Act, string][]>>} */
const ACTS = {
  waiting: [
    ['confirm', 'Confirm'],
    ['refuse', 'Refuse'],
  ],
  linked: [['unlink', 'Unlink']],
  refused: [['confirm', 'Confirm']],
};

/** @type {Readonly<Record<Link['state'], ReturnType<typeof badge>>>} */
const BADGES = {
  waiting: badge('warn', 'held', 'waiting'),
  linked: badge('good', 'good', 'linked'),
  refused: badge('calm', 'out', 'refused'),
};

/**
 * @param {PageContext} context
 * @returns {Page}
 */
export function openLinks({ place, status, update, announce, isAdmin }) {
  const filter = {
    user: place.query.get('user') ?? '',
    state: place.query.get('state') ?? '',
    directory: place.query.get('directory') ?? '',
  };
  const list = paged(cursor => listLinks({ ...filter, cursor }), update);
  const setFilter = filterOf(place, filter, list);
  const dialog = createDialog(update);
  const changed = async () => {
    await Promise.all([status.reload(), list.restart()]);
  };

  const act = isAdmin
    ? (/** @type {Link} */ link, /** @type {Act} */ which) =>
        dialog.ask(questionOf(link, which, announce, changed))
    : undefined;
  return {
    title: 'Links',
    view: () => html`
      <div class="head"><div>
        <h1 tabindex="-1">Links to directory entries</h1>
        <p class="soft">A linked user has the memberships of the entry. A link that waits gives none.</p>
      </div></div>
      <div class="stack">
        <div class="filters">
          ${choiceField({ label: 'State', name: 'state', value: filter.state, choices: STATES, use: state => setFilter({ state }) })}
          ${directoryField(status.value?.directories ?? [], filter.directory, directory => setFilter({ directory }))}
        </div>
        ${pagedList(list, 'No matching links.', links => linkTable(links, act))}
      </div>
      ${dialog.view()}`,
  };
}

/**
 * @param {readonly Link[]} links
 * @param {((link: Link, act: Act) => void) | undefined} act undefined if the role has no permission
 */
function linkTable(links, act) {
  const button = (/** @type {Link} */ link, /** @type {Act} */ which, /** @type {string} */ text) =>
    html`<button type="button" class="quiet small" @click=${() => act?.(link, which)}>${text}…<span class="unseen"> ${link.username}</span></button>`;
  return html`<div class="list">${table(
    'Links',
    [
      {
        head: 'User',
        kind: 'main',
        cell: ({ username, fullName }) =>
          html`<a href=${linkTo(['people', username])}>${username}</a><small>${fullName}</small>`,
      },
      { head: 'State', cell: ({ state }) => BADGES[state] },
      {
        head: 'Directory entry',
        cell: ({ dn, directory, matchedBy }) =>
          html`<code>${dn}</code><small>${directory}, by ${matchedBy}</small>`,
      },
      { head: 'Since', cell: ({ since }) => (since === null ? nothing : ago(since)) },
      {
        head: 'Decision',
        kind: 'actions',
        cell: link => html`
          ${link.decidedBy === null ? nothing : html`<small>${link.decidedBy}: ${link.decidedReason}</small>`}
          ${act === undefined ? nothing : html`<span class="actions">${ACTS[link.state].map(([which, text]) => button(link, which, text))}</span>`}`,
      },
    ],
    links,
    ({ directory, entry, username }) => `${directory}\n${entry}\n${username}`,
  )}</div>`;
}

/**
 * @param {Link} link
 * @param {Act} which
 * @param {(text: string) => void} announce
 * @param {() => Promise<void>} changed
 * @returns {Question}
 */
function questionOf(link, which, announce, changed) {
  const { username, dn } = link;
  const question = {
    confirm: [
      `Is ${dn} the user ${username}?`,
      `A run links them. ${username} then has all memberships of the entry.`,
      'Confirm',
    ],
    refuse: [`Is ${dn} another person?`, `No run links the entry to ${username}.`, 'Refuse'],
    unlink: [
      `Unlink ${username} from ${dn}?`,
      `A run removes the memberships that the entry gives. No run makes the link again.`,
      'Unlink',
    ],
  };
  const [title = '', text = '', yes = ''] = question[which];
  return {
    title,
    body: () => html`<p>${text}</p>`,
    yes,
    danger: which !== 'refuse',
    reason: 'Reason. Recorded with the link.',
    act: async reason => {
      const { runId } = await (which === 'unlink'
        ? unlinkUser(link, reason)
        : decideLink(link, which, reason));
      announce(runId === null ? 'Recorded.' : `Run ${runId} applies it.`);
      await changed();
    },
  };
}
