/** The dialogs to approve and reject held changes. */
import { html } from '/console/vendor/lit-html/lit-html.js';
import { approveRun, rejectRun } from '../calls/runs.js';
import { linkTo } from '../client/router.js';

/** @import { HeldPlan } from '../client/types.ts' */
/** @import { Question } from '../widgets/dialog.js' */

/**
 * @param {HeldPlan} plan
 * @param {string} what the changes in words
 * @param {readonly number[] | undefined} groups only these AccessGroups; undefined: all held changes
 * @param {(text: string) => void} announce
 * @returns {Question}
 */
export function approval({ run, digest }, what, groups, announce) {
  return {
    title: `Approve: ${what}?`,
    body: () =>
      html`<p>A new run reads the directory again and applies what is still true of it. The guard checks new changes again.</p>`,
    yes: 'Approve',
    danger: true,
    reason: 'Reason for the approval. Recorded with the run.',
    act: async reason => {
      const next = await approveRun(run, { reason, digest, ...(groups && { groups }) });
      announce(`Approved. Run ${next.id} applies it.`);
      location.hash = linkTo(['runs', next.id]);
    },
  };
}

/**
 * @param {HeldPlan} plan
 * @param {string} what the changes in words
 * @param {readonly number[] | undefined} groups only these AccessGroups; undefined: all held changes
 * @param {(text: string) => void} announce
 * @param {() => Promise<void>} changed
 * @returns {Question}
 */
export function rejection({ run, digest, groups: held }, what, groups, announce, changed) {
  const others = groups === undefined ? '' : ' The other groups still wait.';
  return {
    title: `Reject: ${what}?`,
    body: () =>
      html`<p>No member is removed.${others} Later runs hold the same again until you approve it or correct the directory.</p>`,
    yes: 'Reject',
    reason: 'Reason for the rejection. Recorded with the run.',
    act: async reason => {
      const { counts, status } = await rejectRun(run, {
        reason,
        ...(held > 0 && { digest }),
        ...(groups && { groups }),
      });
      announce('Rejected.');
      const rest = status === 'held' ? counts.held?.digest : undefined;
      if (rest === undefined) await changed();
      else location.hash = linkTo(['waiting', rest]);
    },
  };
}
