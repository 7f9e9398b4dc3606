/** The samples of the watches of directories. */
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
