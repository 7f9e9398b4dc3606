import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { Queue as BullQueue } from 'bullmq';
import type { Queue } from './broker.ts';

/** A queue as Bull Board shows it, on Redis and on PostgreSQL alike; nothing can be changed there. */
export type BoardQueue = BullMQAdapter;

/** The queues for Bull Board's pages. Retrying or removing a task by hand would go past the run that it belongs to. */
export function boardOf(queues: readonly Queue[]): BoardQueue[] {
  return queues.flatMap(queue =>
    queue instanceof BullQueue ? [new BullMQAdapter(queue, { readOnlyMode: true })] : [],
  );
}
