/** The samples of the watches of directories, and of the totals of their runs. */
import { ENDED } from '../../../model/run-status.ts';
import type { Status } from '../../../model/status/status.ts';
import { type Durations, MECHANISMS, type WatchStatus } from '../../../model/watch.ts';

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export function watchStates({ directories: all }: Status): Sample[] {
  return all.flatMap(({ name, watch }) =>
    [...MECHANISMS, 'none'].map(mechanism => ({
      labels: { directory: name, mechanism },
      value: (watch?.mechanism ?? 'none') === mechanism ? 1 : 0,
    })),
  );
}

/** The buckets of a histogram. The database counts them, for all processes together. */
export function bucketsOf(durations: (watch: WatchStatus) => Durations): (status: Status) => Sample[] {
  return ({ directories: all }) =>
    all.flatMap(({ name, watch }) => {
      if (watch === undefined) return [];
      const { changes, within } = durations(watch);
      return [...within, { seconds: '+Inf', changes }].map(limit => ({
        labels: { directory: name, le: String(limit.seconds) },
        value: limit.changes,
      }));
    });
}

/** Runs that ended, by status. */
export function runTotals(status: Status): Sample[] {
  return status.directories.flatMap(({ name, totals }) =>
    [...ENDED, 'held'].map(ended => ({
      labels: { directory: name, status: ended },
      value: totals.runs[ended] ?? 0,
    })),
  );
}

/** Memberships that runs added and removed. */
export function changeTotals(status: Status): Sample[] {
  return status.directories.flatMap(({ name, totals }) => [
    { labels: { directory: name, action: 'add' }, value: totals.added },
    { labels: { directory: name, action: 'remove' }, value: totals.removed },
  ]);
}
