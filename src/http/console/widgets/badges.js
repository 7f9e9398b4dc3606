/** Badges of states: an icon and a word. The colour only repeats them. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { linkTo } from '../client/router.js';
import { number } from '../client/text.js';
import { icon } from './icons.js';

/** @import { GroupSummary, Run, SourceGroup } from '../client/types.ts' */
/** @import { IconName } from './icons.js' */

/** @typedef {'good' | 'warn' | 'bad' | 'busy' | 'calm'} Tone */

/** @type {Readonly<Record<Run['status'], readonly [Tone, IconName, string]>>} */
const OF_RUN = {
  queued: ['busy', 'waiting', 'queued'],
  reading: ['busy', 'busy', 'reading'],
  planning: ['busy', 'busy', 'planning'],
  applying: ['busy', 'busy', 'applying'],
  held: ['warn', 'held', 'held'],
  succeeded: ['good', 'good', 'succeeded'],
  partial: ['warn', 'warn', 'partial'],
  failed: ['bad', 'bad', 'failed'],
  rejected: ['calm', 'bad', 'rejected'],
  superseded: ['calm', 'out', 'superseded'],
};

/** @type {Readonly<Record<GroupSummary['state'], readonly [Tone, IconName, string]>>} */
const OF_GROUP = {
  manual: ['calm', 'manual', 'manual'],
  frozen: ['calm', 'frozen', 'frozen'],
  waiting: ['warn', 'held', 'waiting'],
  missing: ['warn', 'none', 'missing'],
  out_of_scope: ['warn', 'none', 'out of scope'],
  doubt: ['warn', 'warn', 'doubt'],
  conflict: ['warn', 'warn', 'conflict'],
  behind: ['bad', 'waiting', 'behind'],
  in_sync: ['good', 'good', 'in sync'],
};

/** @type {Readonly<Record<SourceGroup['state'], readonly [Tone, IconName, string]>>} */
const OF_SOURCE = {
  linked: ['calm', 'good', 'linked'],
  missing: ['warn', 'warn', 'missing'],
  out_of_scope: ['warn', 'warn', 'out of scope'],
  conflict: ['warn', 'warn', 'conflict'],
  released: ['calm', 'out', 'released'],
};

/**
 * @param {Tone} tone
 * @param {IconName} name
 * @param {string} text
 */
export function badge(tone, name, text) {
  return html`<span class="badge ${tone}">${icon(name)}${text}</span>`;
}

/** @param {Pick<Run, 'status' | 'mode'>} run */
export function runBadge({ status, mode }) {
  const [tone, name, text] = OF_RUN[status];
  return badge(tone, name, mode === 'plan' ? `${text} (dry run)` : text);
}

/** @param {SourceGroup['state']} state of a directory group */
export function sourceBadge(state) {
  return badge(...OF_SOURCE[state]);
}

/**
 * The state of a group, and what else is known about it.
 * @param {Pick<GroupSummary, 'state' | 'waiting' | 'unresolved' | 'lastError'>} group
 */
export function groupBadges({ state, waiting, unresolved, lastError }) {
  const [tone, name, text] = OF_GROUP[state];
  return html`<span class="badges">
    ${badge(tone, name, state === 'waiting' && waiting > 0 ? `${text} (−${number(waiting)})` : text)}
    ${unresolved > 0 ? badge('warn', 'warn', `${number(unresolved)} unresolved`) : ''}
    ${lastError ? badge('bad', 'bad', 'failed') : ''}
  </span>`;
}

/**
 * "directory 1 · here 28,230", if the group differs from the directory, with a link to what waits.
 * @param {Pick<GroupSummary, 'state' | 'members' | 'inDirectory' | 'heldPlan' | 'doubts' | 'directory'>} group
 */
export function groupDifference({ state, members, inDirectory, heldPlan, doubts, directory }) {
  if (state === 'manual' || state === 'in_sync') return '';
  const words = `directory ${inDirectory === null ? 'unknown' : number(inDirectory)} · here ${number(members)}`;
  if (heldPlan !== null) return html`<a class="small" href=${linkTo(['waiting', heldPlan])}>${words}</a>`;
  return doubts > 0
    ? html`<a class="small" href=${linkTo(['doubts'], { directory: directory ?? '' })}>${words}</a>`
    : html`<span class="small soft">${words}</span>`;
}

/** The badge of a managed group. */
export function managedBadge() {
  return badge('calm', 'locked', 'automatically managed');
}
