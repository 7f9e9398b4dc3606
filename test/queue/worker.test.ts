/** A worker does each task once, and repeats it after failures as its kind demands. */
import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../../src/errors.ts';
import { brokers, sharedBroker } from '../support/given/queue/brokers.ts';
import { queueOn } from '../support/given/queue/queue.ts';
import { inbox } from '../support/observe/inbox.ts';

describe.each(brokers)('a worker on $name', ({ open }) => {
  const theBroker = sharedBroker(open);
  it('does a task once that was added several times (D5)', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const queue = await stage.queue();
    const begun = inbox<number>();
    for (const run of [1, 1, 1, 2]) await queue.enqueueRun(run);
    await stage.worker({
      syncRun: async run => {
        begun.put(run);
        return 'done';
      },
    });
    await begun.find(run => run === 2);
    await queue.enqueueRun(3);
    await begun.find(run => run === 3);

    expect(begun.all).toEqual([1, 2, 3]);
  });

  it('does batches while runs take all places for runs', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const queue = await stage.queue();
    const begun = inbox<string>();
    const released = Promise.withResolvers<'done'>();
    await stage.worker(
      {
        syncRun: run => {
          begun.put(`run ${run}`);
          return released.promise;
        },
        reconcileBatch: async (run, batch) => begun.put(`batch ${run}.${batch}`),
      },
      { concurrency: 1 },
    );
    await queue.enqueueRun(1);
    await begun.find(task => task === 'run 1');
    await queue.enqueueBatches(9, [0]);
    await begun.find(task => task === 'batch 9.0');
    released.resolve('done');

    expect(begun.all).toEqual(['run 1', 'batch 9.0']);
  });

  it('repeats a run of a busy directory later, without using an attempt (F78, D1)', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const queue = await stage.queue();
    const asked = inbox<number>();
    const attempts: (number | undefined)[] = [];
    await stage.worker({
      syncRun: async run => {
        attempts.push((await broker.peek('runs', `run-${run}`))?.attemptsMade);
        asked.put(performance.now());
        return asked.all.length < 3 ? 'busy' : 'done';
      },
    });
    await queue.enqueueRun(1);
    const [first = 0, second = 0] = await asked.count(3);

    expect(second - first).toBeGreaterThan(400);
    expect(attempts).toEqual([0, 0, 0]);
    await expect.poll(queue.counts).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });
  });

  it('repeats a task after increasing pauses until it succeeds (D4)', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const queue = await stage.queue();
    const tried = inbox<number>();
    await stage.worker({
      syncRun: async () => {
        tried.put(performance.now());
        if (tried.all.length < 4) throw new Error('PostgreSQL restarts');
        return 'done';
      },
    });
    await queue.enqueueRun(1);
    const [first = 0, second = 0, third = 0, fourth = 0] = await tried.count(4);

    // Half of each wait of 20, 40 and 80 ms is random.
    expect(second - first).toBeGreaterThanOrEqual(9);
    expect(third - second).toBeGreaterThanOrEqual(19);
    expect(fourth - third).toBeGreaterThanOrEqual(39);
    await expect.poll(queue.counts).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });
  });

  it('does not repeat a task after a permanent error', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const queue = await stage.queue();
    const tried = inbox<string>();
    const failed = inbox<{ run: number; batch: number; error: Error }>();
    const gone = new NotFoundError('run 1 is over');
    await stage.worker({
      reconcileBatch: async (run, batch) => {
        tried.put(`${run}.${batch}`);
        throw gone;
      },
      batchFailed: async (run, batch, error) => failed.put({ run, batch, error }),
      isPermanent: error => error instanceof NotFoundError,
    });
    await queue.enqueueBatches(1, [7]);
    await failed.count(1);

    expect(failed.all).toEqual([{ run: 1, batch: 7, error: gone }]);
    expect(tried.all).toEqual(['1.7']);
    expect(await queue.counts()).toMatchObject({ delayed: 0, failed: 1 });
  });

  it('reports a batch once, after its last attempt; added again, it has all attempts', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const queue = await stage.queue();
    const tried = inbox<number>();
    const failed = inbox<string>();
    let broken = true;
    await stage.worker({
      reconcileBatch: async (_run, batch) => {
        tried.put(batch);
        if (broken) throw new Error('no disk left');
      },
      batchFailed: async (run, batch, error) => failed.put(`${run}.${batch}: ${error.message}`),
    });
    await queue.enqueueBatches(1, [0]);
    await failed.count(1);

    expect(failed.all).toEqual(['1.0: no disk left']);
    expect(tried.all).toHaveLength(8);

    broken = false;
    await queue.enqueueBatches(1, [0, 1]);
    await tried.find(batch => batch === 1);

    await expect.poll(queue.counts).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });
    expect(tried.all).toHaveLength(10);
    expect(failed.all).toHaveLength(1);
  });

  it('ends its current task when the queue loses its data, and continues with the next (D7)', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const queue = await stage.queue();
    const events = inbox<string>();
    const released = Promise.withResolvers<'done'>();
    await stage.worker({
      syncRun: async run => {
        events.put(`begun ${run}`);
        await released.promise;
        events.put(`ended ${run}`);
        return 'done';
      },
    });
    await queue.enqueueRun(1);
    await events.find(event => event === 'begun 1');
    await broker.wipe();
    released.resolve('done');
    await queue.enqueueRun(2);
    await events.find(event => event === 'ended 2');

    expect(events.all.filter(event => event.endsWith('1'))).toEqual(['begun 1', 'ended 1']);
    expect(stage.lines.all.filter(({ level }) => level >= 50)).toEqual([]);
    await expect.poll(queue.counts).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });
  });

  it.each([{ run: '5' }, { run: 5, dn: 'cn=x' }, {}, { run: 0 }])(
    'refuses the payload %j at once instead of completing it (F81)',
    async payload => {
      const broker = theBroker();
      await using stage = queueOn(broker);
      const queue = await stage.queue();
      const asked: number[] = [];
      await stage.worker({
        syncRun: async run => {
          asked.push(run);
          return 'done';
        },
      });
      await broker.smuggle('runs', payload);
      await stage.lines.find(({ msg }) => msg === 'task failed permanently');

      expect(asked).toEqual([]);
      expect(await queue.counts()).toMatchObject({ failed: 1 });
    },
  );

  it('logs no person when a task fails', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const queue = await stage.queue();
    await stage.worker({
      reconcileBatch: async () => {
        throw new Error('uid=ada,ou=people is twice there');
      },
    });
    await queue.enqueueBatches(1, [0]);
    const line = await stage.lines.find(({ msg }) => msg === 'task failed permanently');

    expect(line).toMatchObject({ task: 'run-1-batch-0', attempt: 8, error: 'Error' });
    expect(JSON.stringify(stage.lines.all)).not.toContain('ada');
  });
});
