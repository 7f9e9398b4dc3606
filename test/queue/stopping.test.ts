/** A worker that stops, is killed or loses its server loses no task. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { brokers, sharedBroker, type TestBroker } from '../support/given/queue/brokers.ts';
import { queueOn } from '../support/given/queue/queue.ts';
import { type Inbox, inbox } from '../support/observe/inbox.ts';

describe.each(brokers)('a worker that stops, on $name', ({ open }) => {
  const theBroker = sharedBroker(open);
  it('waits for its current task, and takes no other', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const queue = await stage.queue();
    const events = inbox<string>();
    const released = Promise.withResolvers<'done'>();
    const worker = await stage.worker({
      syncRun: async run => {
        events.put(`begun ${run}`);
        await released.promise;
        events.put(`ended ${run}`);
        return 'done';
      },
    });
    await queue.enqueueRun(1);
    await events.count(1);
    const closed = worker.close(10_000).then(() => events.put('closed'));
    await queue.enqueueRun(2);
    released.resolve('done');
    await closed;

    expect(events.all).toEqual(['begun 1', 'ended 1', 'closed']);
    expect(await queue.counts()).toEqual({ waiting: 1, active: 0, delayed: 0, failed: 0 });
  });

  it('aborts a run at once, and returns it without using an attempt', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const queue = await stage.queue();
    const begun = inbox<number>();
    const worker = await stage.worker({
      syncRun: async (run, signal) => {
        begun.put(run);
        await once(signal, 'abort');
        throw signal.reason;
      },
    });
    await queue.enqueueRun(1);
    await begun.count(1);
    const asked = performance.now();
    await worker.close(20_000);

    expect(performance.now() - asked).toBeLessThan(5_000);
    expect(await queue.counts()).toEqual({ waiting: 1, active: 0, delayed: 0, failed: 0 });
    expect(await broker.peek('runs', 'run-1')).toMatchObject({ attemptsMade: 0 });
  });

  it('returns a batch that does not end, so that another worker takes it at once', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const queue = await stage.queue();
    const begun = inbox<number>();
    const stuck = await stage.worker({
      reconcileBatch: (_run, batch) => {
        begun.put(batch);
        return new Promise(() => {});
      },
    });
    await queue.enqueueBatches(1, [4]);
    await begun.count(1);
    await stuck.close(20);
    expect(await queue.counts()).toEqual({ waiting: 1, active: 0, delayed: 0, failed: 0 });

    const taken = inbox<number>();
    await stage.worker({ reconcileBatch: async (_run, batch) => taken.put(batch) });

    expect(await taken.count(1)).toEqual([4]);
  });

  it('stops within its limit while its server is unavailable', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const worker = await stage.worker({});
    broker.gate.cut();

    const asked = performance.now();
    await worker.close(200);

    expect(performance.now() - asked).toBeLessThan(4_000);
  });

  it('continues without help when its server is back', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const begun = inbox<number>();
    await stage.worker({
      syncRun: async run => {
        begun.put(run);
        return 'done';
      },
    });
    broker.gate.cut();
    await broker.gate.refused.count(2);
    broker.gate.restore();
    const queue = await stage.queue();
    await queue.enqueueRun(1);

    expect(await begun.count(1)).toEqual([1]);
  });

  it('killed with SIGKILL, leaves its tasks to another worker (F77, D4)', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const queue = await stage.queue();
    const begun = inbox<unknown>();
    await queue.enqueueRun(1);
    await queue.enqueueBatches(1, [0]);
    await killAt(2, broker, begun);

    const taken = inbox<string>();
    await stage.worker(
      {
        syncRun: async run => {
          taken.put(`run ${run}`);
          return 'done';
        },
        reconcileBatch: async (run, batch) => taken.put(`batch ${run}.${batch}`),
      },
      { lockMs: 600 },
    );

    expect((await taken.count(2)).toSorted()).toEqual(['batch 1.0', 'run 1']);
    await expect.poll(queue.counts).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });
  });

  it('gives up and reports a batch that ended its process three times (D4)', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const queue = await stage.queue();
    const begun = inbox<unknown>();
    await queue.enqueueBatches(1, [0]);
    for (const times of [1, 2, 3]) await killAt(times, broker, begun);

    const failed = inbox<string>();
    await stage.worker(
      { batchFailed: async (run, batch, error) => failed.put(`${run}.${batch}: ${error.message}`) },
      { lockMs: 600 },
    );

    expect(await failed.count(1)).toEqual(['1.0: job stalled more than allowable limit']);
    expect(await queue.counts()).toMatchObject({ active: 0, failed: 1 });
  });
});

describe('a worker on Redis', () => {
  const theBroker = sharedBroker(brokers[0].open);

  it('works after its server was lost while it was connecting', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const begun = inbox<number>();
    broker.gate.admit(1);
    await stage.worker({
      syncRun: async run => {
        begun.put(run);
        return 'done';
      },
    });
    await broker.gate.refused.count(3);
    broker.gate.restore();
    const queue = await stage.queue();
    await queue.enqueueRun(1);

    expect(await begun.count(1)).toEqual([1]);
  });
});

/** Runs a worker in its own process and kills it after that many started tasks. */
async function killAt(tasks: number, broker: TestBroker, begun: Inbox<unknown>): Promise<void> {
  const child = fork(join(import.meta.dirname, 'worker-process.ts'));
  child.on('message', task => begun.put(task));
  child.send({ settings: broker.settings, lockMs: 600 });
  await begun.count(tasks);
  child.kill('SIGKILL');
  await once(child, 'exit');
}
