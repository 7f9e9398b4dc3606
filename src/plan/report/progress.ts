/** The speed and the remaining time of a run, estimated from repeated observations. */
import type { Progress, Run, Stage } from '../../model/run.ts';
import { ACTIVE } from '../../model/run-status.ts';

/** The state of a run at one point in time, by the clock of the database. */
export interface Observation {
  readonly run: Run;
  readonly at: Date;
  /** Entries that the last complete read of this directory found; undefined: no read to compare with. */
  readonly expectedEntries: number | undefined;
}

const WINDOW_MS = 10_000;

/** Adds an observation, and keeps the earlier ones that are recent and of the same stage. */
export function addObservation(observations: readonly Observation[], next: Observation): Observation[] {
  const stage = stageOf(next.run);
  const recent = observations.filter(
    ({ run, at }) => stageOf(run) === stage && next.at.getTime() - at.getTime() <= WINDOW_MS,
  );
  return [...recent, next];
}

/** Computes the progress at the newest observation. All observations must be of one stage, and there must be at least one. */
export function progressOf(observations: readonly Observation[]): Progress {
  const [first, last] = [observations[0], observations.at(-1)];
  if (first === undefined || last === undefined) throw new Error('progressOf needs at least one observation');
  const rate = rateBetween(first, last);
  const left = totalOf(last) - amountOf(last.run);
  const { run, at } = last;
  return {
    run,
    at,
    stage: stageOf(run),
    rate,
    estimateSeconds: rate !== undefined && left > 0 ? Math.ceil(left / rate) : undefined,
  };
}

function stageOf({ status }: Run): Stage {
  if (status === 'queued') return 'waiting';
  return ACTIVE.find(active => active === status) ?? 'over';
}

/** With one observation, the rate of a read is measured from the start of the run. The rate of applying is unknown then. */
function rateBetween(first: Observation, last: Observation): number | undefined {
  const { run, at } = last;
  const since = first === last && run.status === 'reading' ? run.startedAt : first.at;
  const before = first === last && run.status === 'reading' ? 0 : amountOf(first.run);
  const seconds = (at.getTime() - (since ?? at).getTime()) / 1_000;
  const done = amountOf(run) - before;
  return seconds > 0 && done > 0 ? Math.round((done / seconds) * 10) / 10 : undefined;
}

function amountOf({ status, counts }: Run): number {
  if (status === 'reading') return counts.read?.entries ?? 0;
  return status === 'applying' ? (counts.tasks?.done ?? 0) : 0;
}

function totalOf({ run, expectedEntries }: Observation): number {
  if (run.status === 'reading') return expectedEntries ?? 0;
  return run.status === 'applying' ? (run.counts.tasks?.total ?? 0) : 0;
}
