/** Badges of states: an icon and a word. The colour only repeats them. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { number } from '../client/text.js';
import { icon } from './icons.js';

/** @import { GroupSummary, Run } from '../client/types.ts' */
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

/** @type {Readonly<Record<string, readonly [Tone, IconName, string]>>} */
const OF_GROUP = {
  manual: ['calm', 'manual', 'manual'],
  linked: ['good', 'good', 'in sync'],
  doubt: ['warn', 'warn', 'members in doubt'],
  missing: ['warn', 'warn', 'missing in the directory'],
  out_of_scope: ['warn', 'warn', 'no longer mapped'],
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

/** @param {string} state of a directory group or an AccessGroup */
export function stateBadge(state) {
  const [tone, name, text] = OF_GROUP[state] ?? ['calm', 'none', state];
  return badge(tone, name, text);
}

/**
 * All badges of a group in a list.
 * @param {Pick<GroupSummary, 'state' | 'frozen' | 'unresolved' | 'lastError'>} group
 */
export function groupBadges({ state, frozen, unresolved, lastError }) {
  return html`<span class="badges">
    ${stateBadge(state)}
    ${frozen ? badge('calm', 'frozen', 'frozen') : ''}
    ${unresolved > 0 ? badge('warn', 'warn', `${number(unresolved)} unresolved`) : ''}
    ${lastError ? badge('bad', 'bad', 'failed') : ''}
  </span>`;
}

/** The badge of a managed group. */
export function managedBadge() {
  return badge('calm', 'locked', 'automatically managed');
}
