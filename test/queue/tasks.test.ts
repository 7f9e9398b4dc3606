/** Tasks have valid, unique ids, and invalid ones are refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseBatchTask,
  parseNoticeTask,
  parseRunTask,
  taskOfBatch,
  taskOfNotice,
  taskOfRun,
} from '../../src/queue/tasks.ts';

const backoff = { run: 1, batch: 1, notice: 10 };
const NOTICE = '6f1f1b0e-8a3b-4d0e-9b5f-0d7c5a3c9f11';
const ids = fc.integer({ min: 1, max: 2 ** 53 - 1 });

describe('tasks', () => {
  it('have ids that BullMQ accepts: no colon, not a plain number', () => {
    expect(taskOfRun(5, backoff).opts.jobId).toBe('run-5');
    expect(taskOfBatch(5, 3, backoff).opts.jobId).toBe('run-5-batch-3');
    expect(taskOfNotice(NOTICE, backoff).opts.jobId).toBe(`notice-${NOTICE}`);
  });

  it('have unique ids, and are read from the queue as they were added', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(ids, ids), { selector: String }), pairs => {
        const tasks = pairs.map(([run, batch]) => taskOfBatch(run, batch, backoff));
        expect(new Set(tasks.map(task => task.opts.jobId)).size).toBe(pairs.length);
        for (const { data } of tasks) expect(parseBatchTask(JSON.parse(JSON.stringify(data)))).toEqual(data);
      }),
    );
  });

  it.each([[undefined], [null], ['5'], [{}], [{ run: 1.5 }], [{ run: -1 }], [{ run: 1, members: [] }]])(
    'refuses %j as a run (F81)',
    payload => expect(() => parseRunTask(payload)).toThrow(),
  );

  it.each([[{ run: 1 }], [{ run: 1, batch: -1 }], [{ run: 1, batch: '0' }]])(
    'refuses %j as a batch (F81)',
    payload => expect(() => parseBatchTask(payload)).toThrow(),
  );

  it.each([[{ notice: 1 }], [{ notice: 'all' }], [{ notice: NOTICE, url: 'https://example.com' }]])(
    'refuses %j as a notice (F81)',
    payload => expect(() => parseNoticeTask(payload)).toThrow(),
  );

  it('are not made of an invalid id', () => {
    expect(() => taskOfRun(Number.NaN, backoff)).toThrow();
    expect(() => taskOfBatch(0, 1, backoff)).toThrow();
  });
});
