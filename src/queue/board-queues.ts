/** The queues as the pages of Bull Board show them. */
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { Queue as BullQueue } from 'bullmq';
import type { Queue } from './broker.ts';

/** A read-only queue for Bull Board, on Redis or PostgreSQL. */
export type BoardQueue = BullMQAdapter;

/** The queues for Bull Board. They are read-only: a retried or removed task would not match the state of its run. */
export function boardOf(queues: readonly Queue[]): BoardQueue[] {
  return queues.flatMap(queue =>
    queue instanceof BullQueue ? [new BullMQAdapter(queue, { readOnlyMode: true })] : [],
  );
}
