/** Progress of a run on a terminal (one line that moves) or elsewhere (a line when something new happens). */
import type { Run } from '../run.ts';

const BAR_CELLS = 24;

/** What there is to say about a run at this moment. `share`: 0 to 1, undefined where the end is not known yet. */
export function progressOf(run: Run): { readonly text: string; readonly share: number | undefined } {
  const { read, tasks = { total: 0, done: 0 } } = run.counts;
  if (run.status === 'queued') return { text: 'waiting for a worker', share: undefined };
  if (run.status === 'reading' || run.status === 'planning') {
    const found = read === undefined ? '' : `: ${read.users} people, ${read.groups} groups`;
    return { text: `${run.status} the directory${found}`, share: undefined };
  }
  if (run.status === 'applying') {
    const share = tasks.total === 0 ? 1 : tasks.done / tasks.total;
    return { text: `applying: ${tasks.done} of ${tasks.total} groups`, share };
  }
  return { text: run.status, share: 1 };
}

/** "[██████      ]  50 %" */
export function bar(share: number | undefined): string {
  if (share === undefined) return `[${' '.repeat(BAR_CELLS)}]`;
  const full = Math.round(share * BAR_CELLS);
  return `[${'█'.repeat(full)}${' '.repeat(BAR_CELLS - full)}] ${String(Math.round(share * 100)).padStart(3)} %`;
}
