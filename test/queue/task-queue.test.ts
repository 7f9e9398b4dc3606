/** Tasks are enqueued once, carry ids only, and are added again if the queue lost them. */
import { describe, expect, it } from 'vitest';
import { UnavailableError } from '../../src/errors.ts';
import { openQueue } from '../../src/queue/task-queue.ts';
import { brokers, sharedBroker } from '../support/given/queue/brokers.ts';
import { listen, queueOn } from '../support/given/queue/queue.ts';
import { inbox } from '../support/observe/inbox.ts';

describe.each(brokers)('enqueueing on $name', ({ name, open }) => {
  const theBroker = sharedBroker(open);
  it('carries ids only, in far less than a kilobyte (F81)', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const queue = await stage.queue();
    await queue.enqueueRun(2_147_483_647);
    await queue.enqueueBatches(2_147_483_647, [99_999]);

    const run = await broker.peek('runs', 'run-2147483647');
    const batch = await broker.peek('batches', 'run-2147483647-batch-99999');

    expect(run?.data).toEqual({ run: 2_147_483_647 });
    expect(batch?.data).toEqual({ run: 2_147_483_647, batch: 99_999 });
    expect(Math.max(run?.bytes ?? 0, batch?.bytes ?? 0)).toBeLessThan(1_024);
  });

  it('keeps one task for any number of requests for one run (F79)', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const queue = await stage.queue();

    await Promise.all(Array.from({ length: 20 }, () => queue.enqueueRun(1)));
    await queue.enqueueBatches(1, [0, 1, 1, 0]);

    expect(await queue.counts()).toEqual({ waiting: 3, active: 0, delayed: 0, failed: 0 });
  });

  it('rejects at once when its server is lost, and works again when it is back', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const queue = await stage.queue();
    broker.gate.cut();

    const asked = performance.now();
    await expect(queue.enqueueRun(1)).rejects.toThrow(UnavailableError);
    await expect(queue.enqueueRun(1)).rejects.toThrow(`${name} at 127.0.0.1:${broker.gate.port}`);
    await expect(queue.ping()).rejects.toThrow(UnavailableError);
    await expect(queue.claimFire('corp:now', 1_000)).rejects.toThrow(UnavailableError);
    expect(performance.now() - asked).toBeLessThan(1_000);

    broker.gate.restore();
    await expect
      .poll(() =>
        queue.ping().then(
          () => 'back',
          () => 'away',
        ),
      )
      .toBe('back');
    await queue.enqueueRun(1);
    expect(await queue.counts()).toMatchObject({ waiting: 1 });
  });

  it('logs one outage once, for any number of connection attempts', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    await stage.worker({});
    broker.gate.cut();
    await broker.gate.refused.count(4);

    expect(stage.lines.all.filter(({ level }) => level >= 50)).toEqual([
      expect.objectContaining({ msg: expect.stringContaining('does not answer') }),
    ]);
  });

  it('cannot be opened while its server is unavailable, and names it without the password', async () => {
    const broker = theBroker();
    const { log, lines } = listen();
    broker.gate.cut();
    const url = (kind: string) => `${kind}://keeper:hunter2@127.0.0.1:${broker.gate.port}/0`;
    const settings =
      name === 'Redis'
        ? { ...broker.settings, redis: { url: url('redis'), password: 'hunter2', prefix: 'x' } }
        : { ...broker.settings, database: { url: `${url('postgres')}?password=hunter2`, poolSize: 1 } };

    const error = await openQueue(settings, log).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(UnavailableError);
    expect(String(error)).toContain(`${name} at 127.0.0.1:${broker.gate.port} did not answer`);
    expect(JSON.stringify([String(error), lines.all])).not.toContain('hunter2');
  });

  it('adds again what the queue has lost (D7)', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const queue = await stage.queue();
    await queue.enqueueRun(1);
    await queue.enqueueBatches(1, [0, 1]);
    await broker.wipe();
    expect(await queue.counts()).toMatchObject({ waiting: 0 });

    await queue.enqueueRun(1);
    await queue.enqueueBatches(1, [0, 1]);
    const done = inbox<string>();
    await stage.worker({
      syncRun: async run => {
        done.put(`run ${run}`);
        return 'done';
      },
      reconcileBatch: async (run, batch) => done.put(`batch ${run}.${batch}`),
    });

    expect((await done.count(3)).toSorted()).toEqual(['batch 1.0', 'batch 1.1', 'run 1']);
  });

  it('takes thousands of batches, and all of them again', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const queue = await stage.queue();
    const batches = Array.from({ length: 1_201 }, (_, batch) => batch);

    await queue.enqueueBatches(1, batches);
    await queue.enqueueBatches(1, batches);
    await queue.enqueueBatches(2, []);

    expect(await queue.counts()).toMatchObject({ waiting: 1_201 });
  });

  it('gives a claim to one caller, and again after its time', async () => {
    const broker = theBroker();
    await using stage = queueOn(broker);
    const [first, second] = [await stage.queue(), await stage.queue()];

    const claims = await Promise.all(
      [first, second, first, second].map(q => q.claimFire('corp:noon', 60_000)),
    );

    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await first.claimFire('corp:one', 1)).toBe(true);
    await expect.poll(() => second.claimFire('corp:one', 60_000)).toBe(true);
  });
});
