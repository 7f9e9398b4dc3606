/** One directory on the overview: its status, and the button to resync it. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { linkTo } from '../client/router.js';
import { counted, difference, number } from '../client/text.js';
import { badge, runBadge } from '../widgets/badges.js';
import { ago, since } from '../widgets/dates.js';
import { LEVELS } from '../widgets/health.js';
import { isActive, progress } from './progress.js';

/** @import { DirectoryStatus, Concern, View } from '../client/types.ts' */

const WORDS = { good: 'in sync', attention: 'needs you', bad: 'not in sync' };

/**
 * @param {DirectoryStatus} directory
 * @param {readonly Concern[]} concerns of all directories, the worst first
 * @param {((name: string) => void) | undefined} resync undefined if the role has no permission
 */
export function directoryCard(directory, concerns, resync) {
  const { name, lastRun } = directory;
  return html`<li class="card directory">
    <div class="part-head">
      <h3>${name}</h3>
      ${health(directory, concerns)}
    </div>
    ${lastRun && isActive(lastRun) ? progress(lastRun) : nothing}
    <dl class="facts">${facts(directory).map(([term, value, needsAttention]) => html`<div class=${needsAttention ? 'loud' : ''}><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>
    <div class="actions">
      ${resync ? html`<button type="button" ?disabled=${isActive(lastRun)} aria-label="Resync ${name} now" @click=${() => resync(name)}>Resync now</button>` : nothing}
      ${lastRun ? html`<a class="button quiet" href=${linkTo(['runs', lastRun.id])}>Run ${lastRun.id}<span class="unseen"> of ${name}</span></a>` : nothing}
    </div>
  </li>`;
}

/**
 * @param {DirectoryStatus} directory
 * @param {readonly Concern[]} concerns
 */
function health({ name, lastRun }, concerns) {
  const concerned = concerns.find(({ directory }) => directory === undefined || directory === name);
  if (lastRun && isActive(lastRun)) return runBadge(lastRun);
  const level = concerned?.level ?? 'good';
  return badge(...LEVELS[level], WORDS[level]);
}

/**
 * Term, value, and whether it needs attention.
 * @param {DirectoryStatus} directory
 * @returns {(readonly [string, View, boolean])[]}
 */
function facts({
  name,
  doubts,
  groups,
  states,
  memberships,
  unresolved,
  lastSuccessAt,
  nextRunAt,
  overdueSince,
  consecutiveFailures,
  currentAt,
  watch,
  shadow,
}) {
  const link = (/** @type {string} */ state, /** @type {number} */ count) =>
    count === 0
      ? number(count)
      : html`<a href=${linkTo(['groups'], { directory: name, state })}>${number(count)}</a>`;
  return [
    ['Last complete read', ago(lastSuccessAt), lastSuccessAt === undefined || consecutiveFailures > 0],
    ['Current as of', ago(currentAt), false],
    [
      'Changes',
      watch?.mechanism ? `live, by ${watch.mechanism}${within(watch.lag.p99)}` : 'by schedule',
      watch?.problem !== undefined,
    ],
    ['Next run', overdueSince ? 'overdue' : ago(nextRunAt, 'not scheduled'), overdueSince !== undefined],
    [
      'Groups in sync',
      `${number(states.in_sync)} of ${number(sumOf(states))}`,
      states.in_sync < sumOf(states),
    ],
    ['Groups waiting', link('waiting', states.waiting), states.waiting > 0],
    ['Groups behind', link('behind', states.behind), states.behind > 0],
    ['Memberships', number(memberships), false],
    ['Conflicts', link('conflict', groups.conflict), groups.conflict > 0],
    ['Groups missing', link('missing', states.missing), states.missing > 0],
    ['Groups out of scope', link('out_of_scope', states.out_of_scope), states.out_of_scope > 0],
    ['Members in doubt', doubted(name, doubts.total), doubts.undecided > 0],
    ['Unresolved members', link('unresolved', unresolved), unresolved > 0],
    ...inShadow(name, shadow),
  ];
}

/** @param {number | undefined} seconds */
function within(seconds) {
  return seconds === undefined ? '' : `, 99 % within ${seconds} s`;
}

/**
 * A leaver stays in a group in shadow, so removals need attention.
 * @param {string} directory
 * @param {DirectoryStatus['shadow']} shadow
 * @returns {(readonly [string, View, boolean])[]}
 */
function inShadow(directory, shadow) {
  if (shadow === undefined) return [];
  const { groups, add, remove, since: from } = shadow;
  const text =
    from === undefined
      ? 'no difference'
      : html`${counted(groups, 'group')}, ${difference(add, remove)}, ${since(from)}`;
  return [['In shadow', html`<a href=${linkTo(['shadow', directory])}>${text}</a>`, remove > 0]];
}

/** @param {DirectoryStatus['states']} states */
function sumOf(states) {
  return Object.values(states).reduce((sum, count) => sum + count, 0);
}

/**
 * @param {string} directory
 * @param {number} total
 */
function doubted(directory, total) {
  return total === 0
    ? number(total)
    : html`<a href=${linkTo(['doubts'], { directory })}>${number(total)}</a>`;
}
