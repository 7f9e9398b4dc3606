/** The progress of a run. */
import { html, nothing } from '/console/vendor/lit-html/lit-html.js';
import { counted, duration, number } from '../client/text.js';
import { icon } from '../widgets/icons.js';

/** @import { Run } from '../client/types.ts' */

/** @type {readonly (readonly [status: Run['status'], text: string])[]} */
const STAGES = [
  ['queued', 'Waiting for a worker'],
  ['reading', 'Reading the directory'],
  ['planning', 'Planning changes'],
  ['applying', 'Applying changes'],
];

/** @param {Pick<Run, 'status'> | undefined} run */
export function isActive(run) {
  return run !== undefined && STAGES.some(([status]) => status === run.status);
}

/**
 * Parses an event of a run. `hint` is text for users: "120 per second, about 4.0 s left".
 * @param {string} event JSON
 * @returns {Pick<Run, 'status' | 'counts'> & { hint: string }}
 */
export function progressOf(event) {
  const { status, counts, rate, estimateSeconds } = JSON.parse(event);
  const speed = typeof rate === 'number' && rate > 0 ? [`${number(Math.round(rate))} per second`] : [];
  const rest = typeof estimateSeconds === 'number' ? [`about ${duration(estimateSeconds * 1000)} left`] : [];
  return { status, counts, hint: [...speed, ...rest].join(', ') };
}

/**
 * A progress bar and a sentence. `hint`: rate and remaining time, if known.
 * @param {Run} run
 * @param {string} [hint]
 */
export function progress(run, hint) {
  const tasks = run.status === 'applying' ? run.counts.tasks : undefined;
  return html`<div class="progress">
    <progress aria-label="Progress of run ${run.id}" max=${tasks ? Math.max(1, tasks.total) : 1} value=${tasks ? tasks.done : nothing}></progress>
    <p class="soft small">${sentenceOf(run)}${hint ? `, ${hint}` : ''}</p>
  </div>`;
}

/**
 * The current stage of a run, or its result.
 * @param {Run} run
 */
export function sentenceOf({ status, counts, directory, id }) {
  const stage = STAGES.find(([name]) => name === status)?.[1];
  if (stage === undefined) return `Run ${id} of ${directory}: ${status}`;
  const { read, tasks } = counts;
  if (status === 'applying' && tasks)
    return `${stage}: ${number(tasks.done)} of ${counted(tasks.total, 'batch', 'batches')}`;
  return read === undefined ? stage : `${stage}, ${counted(read.entries, 'entry', 'entries')} read`;
}

/**
 * The stages of a run, with the current one marked.
 * @param {Run} run
 */
export function stages(run) {
  const at = STAGES.findIndex(([status]) => status === run.status);
  const past = at < 0 ? STAGES.length : at;
  return html`<ol class="stages" aria-label="Stages">
    ${STAGES.map(
      ([, text], index) =>
        html`<li aria-current=${index === at ? 'step' : nothing} class=${index < past ? 'past' : ''}>
          ${icon(index < past ? 'good' : index === at ? 'busy' : 'none')}<span>${text}<span class="unseen">${index < past ? ', done' : index === at ? ', now' : ', pending'}</span></span>
        </li>`,
    )}
  </ol>`;
}
