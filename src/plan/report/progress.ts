/** How fast a run goes on, and how long it may still take, from looking at it now and then. */
import type { Progress, Run, Stage } from '../../model/run.ts';
import { ACTIVE } from '../../model/run-status.ts';

/** A run as it was at one moment by the clock of the database. */
export interface Observation {
  readonly run: Run;
  readonly at: Date;
  /** Entries that the last complete read of this directory found; undefined where there is nothing to compare with. */
  readonly expectedEntries: number | undefined;
}

const WINDOW_MS = 10_000;

/** The sightings that still say something about the speed once `next` is there: those of the same stage, not too old. */
export function addObservation(sightings: readonly Observation[], next: Observation): Observation[] {
  const stage = stageOf(next.run);
  const recent = sightings.filter(
    ({ run, at }) => stageOf(run) === stage && next.at.getTime() - at.getTime() <= WINDOW_MS,
  );
  return [...recent, next];
}

/** Progress as the newest of these sightings of one stage shows it; there must be one. */
export function progressOf(sightings: readonly Observation[]): Progress {
  const [first, last] = [sightings[0], sightings.at(-1)];
  if (first === undefined || last === undefined) throw new Error('nobody has looked at this run yet');
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

/** Seen once, a read is measured from its start; how long a plan has been applied is not known then. */
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
