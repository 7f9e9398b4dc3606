/** Whether an open search still reports what changes. Pure: markers and times come from the caller. */
import { DirectoryError } from '../../errors.ts';

/** A change that is not reported, without any message for this long, shows that the watch is dead. */
const SILENCE_MS = 3000;

export interface Liveness {
  /** A message of the open search arrived. */
  heard(at: number): void;
  /**
   * Returns the time before which every change was reported; undefined: it is not later than the one before.
   * @throws DirectoryError `interrupted` if the server no longer reports changes
   */
  check(marker: string, at: number): number | undefined;
}

/**
 * @param first the change marker at the beginning of the search
 * @param covers whether the messages until now cover a marker; undefined: they do not show it, and then any message since
 * the previous check counts
 */
export function createLiveness(first: string, covers: (marker: string) => boolean | undefined): Liveness {
  let known = first;
  let checkedAt = Number.NEGATIVE_INFINITY;
  let heardAt = Number.NEGATIVE_INFINITY;
  let waiting: { readonly marker: string; readonly at: number } | undefined;
  return {
    heard: at => {
      heardAt = at;
    },
    check(marker, at) {
      const isQuiet = marker === known && waiting === undefined;
      const isReported = covers(marker) ?? (isQuiet || heardAt > checkedAt);
      known = marker;
      checkedAt = at;
      if (isReported) {
        waiting = undefined;
        return at;
      }
      // The marker of a busy server moves before each message, so an earlier marker may be covered already.
      const reported = waiting !== undefined && covers(waiting.marker) === true ? waiting.at : undefined;
      if (waiting === undefined || reported !== undefined) waiting = { marker, at };
      if (at - Math.max(waiting.at, heardAt) >= SILENCE_MS) throw silent();
      return reported;
    },
  };
}

function silent(): DirectoryError {
  return new DirectoryError(
    'interrupted',
    'The directory changes, but the server no longer reports changes.',
  );
}
