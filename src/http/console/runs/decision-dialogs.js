/** The dialogs to approve and reject held changes. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { approveRun, rejectRun } from '../calls/runs.js';
import { linkTo } from '../client/router.js';
import { counted } from '../client/text.js';

/** @import { Run } from '../client/types.ts' */
/** @import { Question } from '../widgets/dialog.js' */

/**
 * @param {Run} run
 * @param {readonly number[] | undefined} groups only these AccessGroups; undefined: all held changes
 * @param {(text: string) => void} announce
 * @returns {Question}
 */
export function approval({ id, counts }, groups, announce) {
  const digest = counts.held?.digest ?? '';
  const what =
    groups === undefined
      ? 'applies what this run held'
      : `applies the held removals in ${counted(groups.length, 'group')}`;
  return {
    title: counts.held?.removals ? 'Approve removals?' : 'Approve this run?',
    body: () =>
      html`<p>A new run reads the directory again and ${what}, if it is still true. The guard checks new changes again.</p>`,
    yes: 'Approve',
    danger: true,
    reason: 'Reason for the approval. Recorded with the run.',
    act: async reason => {
      const next = await approveRun(id, { reason, digest, ...(groups && { groups }) });
      announce(`Approved. Run ${next.id} applies it.`);
      location.hash = linkTo(['runs', next.id]);
    },
  };
}

/**
 * @param {Run} run
 * @param {readonly number[] | undefined} groups only these AccessGroups; undefined: all held changes
 * @param {(text: string) => void} announce
 * @param {() => Promise<void>} changed
 * @returns {Question}
 */
export function rejection({ id, counts }, groups, announce, changed) {
  const digest = counts.held?.digest;
  const what =
    groups === undefined
      ? 'The run is closed and no member is removed.'
      : `The held removals in ${counted(groups.length, 'group')} are rejected and no member is removed. The other groups still wait.`;
  return {
    title: 'Reject what is held?',
    body: () =>
      html`<p>${what} Later runs hold the same removals until you approve them or correct the directory.</p>`,
    yes: 'Reject',
    reason: 'Reason for the rejection. Recorded with the run.',
    act: async reason => {
      await rejectRun(id, { reason, ...(digest && { digest }), ...(groups && { groups }) });
      announce('Rejected.');
      await changed();
    },
  };
}
