/** The table of members in doubt: why, what to do, and the decisions. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { decideDoubt } from '../calls/doubts.js';
import { linkTo } from '../client/router.js';
import { badge } from '../widgets/badges.js';
import { ago } from '../widgets/dates.js';
import { table } from '../widgets/table.js';

/** @import { Doubt } from '../client/types.ts' */
/** @import { Question } from '../widgets/dialog.js' */

/** @typedef {(doubt: Doubt, decision: 'keep' | 'remove') => void} Decide */

/**
 * @param {readonly Doubt[]} doubts
 * @param {Decide | undefined} decide undefined if the role has no permission
 */
export function doubtTable(doubts, decide) {
  const key = (/** @type {Doubt} */ { accessGroupId, username }) => `${accessGroupId}/${username}`;
  return html`<div class="list">${table('Members in doubt', columns(decide), doubts, key)}</div>`;
}

/**
 * @param {Decide | undefined} decide
 * @returns {import('../widgets/table.js').Column<Doubt>[]}
 */
function columns(decide) {
  return [
    {
      head: 'Person',
      kind: 'main',
      cell: ({ username }) => html`<a href=${linkTo(['people', username])}>${username}</a>`,
    },
    {
      head: 'Group',
      cell: ({ accessGroupId, team, group }) =>
        html`<a href=${linkTo(['groups', accessGroupId])}>${group}</a> <span class="soft">${team}</span>`,
    },
    {
      head: 'Why',
      cell: ({ explanation, dns }) =>
        html`<div>${capital(explanation)}.${dns.map(dn => html`<br><small><code>${dn}</code></small>`)}</div>`,
    },
    { head: 'What to do', cell: ({ wayOut }) => wayOut },
    { head: 'Since', cell: ({ since }) => ago(since) },
    { head: 'Decision', kind: 'actions', cell: doubt => decisionOf(doubt, decide) },
  ];
}

/**
 * @param {Doubt} doubt
 * @param {Decide | undefined} decide
 */
function decisionOf(doubt, decide) {
  const { decision, decidedBy, decidedReason } = doubt;
  const button = (/** @type {'keep' | 'remove'} */ which, /** @type {string} */ text) =>
    decide === undefined || decision === which
      ? nothing
      : html`<button type="button" class="quiet small" @click=${() => decide(doubt, which)}>${text}…<span class="unseen"> ${doubt.username} in ${doubt.group}</span></button>`;
  const said =
    decision === null
      ? nothing
      : html`${badge('calm', decision === 'keep' ? 'good' : 'remove', decision === 'keep' ? 'kept' : 'to be removed')} <small>${decidedBy}: ${decidedReason}</small>`;
  return html`${said}<span class="actions">${button('keep', 'Keep')}${button('remove', 'Remove')}</span>`;
}

/**
 * @param {Doubt} doubt
 * @param {'keep' | 'remove'} decision
 * @param {(text: string) => void} announce
 * @param {() => Promise<void>} changed
 * @returns {Question}
 */
export function decision(doubt, decision, announce, changed) {
  const { username, group } = doubt;
  const isRemoval = decision === 'remove';
  return {
    title: isRemoval ? `Remove ${username} from ${group}?` : `Keep ${username} in ${group}?`,
    body: () =>
      isRemoval
        ? html`<p>A new run reads the directory and removes ${username}, unless the doubt has ended or its facts have changed.</p>`
        : html`<p>${username} stays, and the doubt raises no alarm until its facts change.</p>`,
    yes: isRemoval ? 'Remove' : 'Keep',
    danger: isRemoval,
    reason: 'Reason. Recorded with the decision.',
    act: async reason => {
      const { id } = await decideDoubt(doubt, decision, reason);
      announce(
        id === undefined ? `${username} stays in ${group}.` : `Run ${id} removes ${username} from ${group}.`,
      );
      if (id === undefined) await changed();
      else location.hash = linkTo(['runs', id]);
    },
  };
}

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
