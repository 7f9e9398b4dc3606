/** Records the events of a watch, and wakes the work on them. */
import type { Watch } from '../../directory/watch/open-watch.ts';
import { addHint } from '../../jobs/live/waiting-hints.ts';
import { type Following, isSettled } from './following.ts';

/** Records events until the watch ends, and throws the reason. */
export async function noteEvents(following: Following, { events }: Watch): Promise<void> {
  const { waiting, state, ports } = following;
  for await (const event of events) {
    switch (event.kind) {
      case 'hint':
        state.reported += 1;
        addHint(waiting, { hint: event.hint, at: performance.now(), changedAt: event.changedAt });
        following.wake();
        break;
      case 'unclear':
        waiting.whole = event.reason;
        following.wake();
        break;
      case 'late':
        state.problem = event.reason;
        ports.leases.record();
        break;
      case 'current':
        state.problem = state.because;
        state.reportedAt = event.at;
        if (!state.isBusy && isSettled(following)) state.currentAt = event.at;
    }
  }
}
