/** The samples of the watches of directories. */
import type { Status } from '../../../model/status/status.ts';
import { MECHANISMS } from '../../../model/watch.ts';

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

/** The database counts them, for all processes together. */
export function hintBuckets(status: Status): Sample[] {
  return status.directories.flatMap(({ name, watch }) => {
    if (watch === undefined) return [];
    const all = { labels: { directory: name, le: '+Inf' }, value: watch.changes };
    const within = watch.within.map(({ seconds, changes }) => ({
      labels: { directory: name, le: String(seconds) },
      value: changes,
    }));
    return [...within, all];
  });
}
