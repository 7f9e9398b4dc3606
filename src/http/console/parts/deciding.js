/** The two answers to what a run holds, each with its reason. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { approveRun, rejectRun } from '../calls/runs.js';
import { linkTo } from '../router.js';
import { counted } from '../text.js';

/** @import { Run } from '../types.ts' */
/** @import { Question } from './dialog.js' */

/**
 * @param {Run} run
 * @param {readonly number[] | undefined} groups only these AccessGroups; undefined: all that is held
 * @param {(text: string) => void} announce
 * @returns {Question}
 */
export function approval({ id, counts }, groups, announce) {
  const digest = counts.held?.digest ?? '';
  const what =
    groups === undefined
      ? 'does what this one held'
      : `removes whom this one held in ${counted(groups.length, 'group')}`;
  return {
    title: counts.held?.removals ? 'Approve removals?' : 'Approve this run?',
    body: () =>
      html`<p>A new run reads the directory again and ${what}, as far as it is still true. What has changed since is judged anew.</p>`,
    yes: 'Approve',
    danger: true,
    reason: 'Why is this right? Kept with the run.',
    act: async reason => {
      const next = await approveRun(id, { reason, digest, ...(groups && { groups }) });
      announce(`Approved. Run ${next.id} applies it.`);
      location.hash = linkTo(['runs', next.id]);
    },
  };
}

/**
 * @param {Run} run
 * @param {readonly number[] | undefined} groups only these AccessGroups; undefined: all that is held
 * @param {(text: string) => void} announce
 * @param {() => Promise<void>} changed
 * @returns {Question}
 */
export function rejection({ id, counts }, groups, announce, changed) {
  const digest = counts.held?.digest;
  const what =
    groups === undefined
      ? 'The run is closed'
      : `What it holds in ${counted(groups.length, 'group')} is closed, the rest goes on waiting,`;
  return {
    title: 'Reject what is held?',
    body: () =>
      html`<p>${what} and nobody is removed. It waits in later runs, too, until somebody approves it or the directory is corrected.</p>`,
    yes: 'Reject',
    reason: 'Why not? Kept with the run.',
    act: async reason => {
      await rejectRun(id, { reason, ...(digest && { digest }), ...(groups && { groups }) });
      announce('Rejected.');
      await changed();
    },
  };
}
