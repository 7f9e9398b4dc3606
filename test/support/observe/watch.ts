/** Collects the events of a watch. */
import type { Watch } from '../../../src/directory/watch/open-watch.ts';
import type { Hint } from '../../../src/model/watch.ts';

export interface Followed {
  /** Runs `work`, waits until the watch is current again, and returns the hints that came. Throws if the watch became unclear. */
  during(work: () => Promise<unknown>): Promise<Hint[]>;
  /** When the entries of these hints changed, by the clock of the server. */
  changedAt(): readonly (number | undefined)[];
  /** The newest time at which everything was reported. */
  currentAt(): number;
  /** Why the watch was late, each time. */
  late(): readonly string[];
  /** Rejects when the watch ends with an error. */
  readonly ended: Promise<void>;
}

export function followWatch(watch: Watch): Followed {
  let hints: Hint[] = [];
  let changedAt: (number | undefined)[] = [];
  let unclear: string | undefined;
  const late: string[] = [];
  let currentAt = 0;
  let wake: { readonly after: number; readonly resolve: () => void } | undefined;
  const ended = (async () => {
    for await (const event of watch.events) {
      if (event.kind === 'hint') {
        hints.push(event.hint);
        changedAt.push(event.changedAt);
      } else if (event.kind === 'unclear') unclear = event.reason;
      else if (event.kind === 'late') late.push(event.reason);
      else {
        currentAt = event.at;
        if (wake !== undefined && event.at > wake.after) wake.resolve();
      }
    }
  })();
  ended.catch(() => {});
  return {
    ended,
    changedAt: () => changedAt,
    currentAt: () => currentAt,
    late: () => late,
    async during(work) {
      hints = [];
      changedAt = [];
      await work();
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = { after: performance.now(), resolve };
      await Promise.race([promise, ended]);
      if (unclear !== undefined) throw new Error(unclear);
      return hints;
    },
  };
}
