/** Progress of a run: one line that is updated in place on a terminal, otherwise one line per stage. */
import type { Progress } from '../../model/run.ts';
import { span } from '../terminal/table.ts';

const BAR_CELLS = 24;

/** Describes the current progress. `share` is 0 to 1, or undefined while the total is unknown. */
export function describeProgress(progress: Progress): {
  readonly text: string;
  readonly share: number | undefined;
} {
  const { run, stage } = progress;
  const { read, tasks = { total: 0, done: 0 } } = run.counts;
  if (stage === 'waiting') return { text: 'waiting for a worker', share: undefined };
  if (stage === 'applying') {
    const share = tasks.total === 0 ? 1 : tasks.done / tasks.total;
    return { text: `applying: ${tasks.done} of ${tasks.total} groups${speed(progress, 'groups')}`, share };
  }
  if (stage === 'over') return { text: run.status, share: 1 };
  const found = read === undefined ? '' : `: ${read.users} people, ${read.groups} groups`;
  return { text: `${stage} the directory${found}${speed(progress, 'entries')}`, share: undefined };
}

function speed({ rate, estimateSeconds }: Progress, what: string): string {
  const pace = rate === undefined ? '' : `, ${rate} ${what} a second`;
  return estimateSeconds === undefined ? pace : `${pace}, about ${span(estimateSeconds * 1_000)} left`;
}

/** "[██████      ]  50 %" */
export function bar(share: number | undefined): string {
  if (share === undefined) return `[${' '.repeat(BAR_CELLS)}]`;
  const full = Math.round(share * BAR_CELLS);
  return `[${'█'.repeat(full)}${' '.repeat(BAR_CELLS - full)}] ${String(Math.round(share * 100)).padStart(3)} %`;
}
