/** Clients follow the progress of a run to its end, and many clients share one reader of the database. */
import { describe, expect, it } from 'vitest';
import { followRun, shareProgress } from '../../../src/app/operations/run-progress.ts';
import { NotFoundError } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import type { Progress, Watcher } from '../../../src/model/run.ts';
import type { RunStatus } from '../../../src/model/run-status.ts';
import { failRun } from '../../../src/store/runs/finish.ts';
import { claimRun, heartbeat } from '../../../src/store/runs/lease.ts';
import { getRun, requestRun } from '../../../src/store/runs/request.ts';
import { RUN } from '../../support/given/http/status-answers.ts';
import { inbox } from '../../support/observe/inbox.ts';
import { freshDatabase } from '../../support/servers/database.ts';

const log = createLog({ level: 'silent' });
const READ = { queries: 1, entries: 20, users: 20, groups: 0, memberValues: 0, references: 0, bytes: 9 };

function progress(status: RunStatus): Progress {
  return {
    run: { ...RUN, status },
    at: new Date(0),
    stage: 'over',
    rate: undefined,
    estimateSeconds: undefined,
  };
}

/** A watcher that collects its events. */
function watcher() {
  const told = inbox<string>();
  const itself: Watcher = { next: ({ run }) => told.put(run.status), end: () => told.put('end') };
  return { told, itself };
}

/** Follows a run that the test controls, and counts the starts. */
function script() {
  const steps = inbox<RunStatus | Error>();
  const begun = inbox<AbortSignal>();
  async function* follow(_run: number, signal: AbortSignal): AsyncGenerator<Progress> {
    begun.put(signal);
    for (let at = 0; ; at += 1) {
      const step = (await steps.count(at + 1))[at];
      if (step instanceof Error) throw step;
      if (step !== undefined) yield progress(step);
      if (step === 'succeeded') return;
    }
  }
  return { steps, begun, follow };
}

describe('followRun', () => {
  it('reports progress until the run ends', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    const { run } = await requestRun(db, { directory: 'corp', trigger: 'manual', mode: 'apply' });
    const steps = followRun(db, run.id, { everyMs: 1 });
    const next = async () => (await steps.next()).value;
    expect(await next()).toMatchObject({ stage: 'waiting', run: { status: 'queued' } });
    await claimRun(db, run.id, { owner: 'test', leaseMs: 60_000 });
    await heartbeat(db, run.id, { owner: 'test', leaseMs: 60_000, counts: { read: READ } });
    expect(await next()).toMatchObject({ stage: 'reading', run: { counts: { read: READ } } });
    await failRun(db, run.id, { code: 'unreachable', message: 'no answer' });
    expect(await next()).toMatchObject({ stage: 'over', run: { status: 'failed' } });
    expect((await steps.next()).done).toBe(true);
    expect((await getRun(db, run.id))?.finishedAt).toBeDefined();
  });

  it('estimates the remaining time from the size of the last complete read', async () => {
    await using fresh = await freshDatabase();
    const { db } = fresh;
    const owner = { owner: 'test', leaseMs: 60_000 };
    const request = { directory: 'corp', trigger: 'manual', mode: 'apply' } as const;
    const before = await requestRun(db, request);
    await claimRun(db, before.run.id, owner);
    const counts = { read: { ...READ, entries: 1_000_000 }, plan: undefined };
    await heartbeat(db, before.run.id, {
      ...owner,
      counts: JSON.parse(JSON.stringify({ ...counts, plan: {} })),
    });
    await failRun(db, before.run.id, { code: 'x', message: 'over' });
    const { run } = await requestRun(db, request);
    await claimRun(db, run.id, owner);
    await heartbeat(db, run.id, { ...owner, counts: { read: READ } });
    const { value } = await followRun(db, run.id, { everyMs: 1 }).next();
    expect(value).toMatchObject({
      stage: 'reading',
      rate: expect.any(Number),
      estimateSeconds: expect.any(Number),
    });
  });

  it('throws NotFoundError for a run that does not exist', async () => {
    await using fresh = await freshDatabase();
    await expect(followRun(fresh.db, 404, { everyMs: 1 }).next()).rejects.toBeInstanceOf(NotFoundError);
  });
});

describe('shareProgress', () => {
  it('polls once for many clients, sends a later client the latest state at once, and sends the end to all', async () => {
    const { steps, begun, follow } = script();
    const watch = shareProgress(follow, log);
    const [one, other] = [watcher(), watcher()];
    watch(7, one.itself);
    steps.put('reading');
    await one.told.count(1);
    watch(7, other.itself);
    expect(other.told.all).toEqual(['reading']);
    steps.put('succeeded');
    expect(await one.told.count(3)).toEqual(['reading', 'succeeded', 'end']);
    expect(await other.told.count(3)).toEqual(['reading', 'succeeded', 'end']);
    expect(begun.all).toHaveLength(1);
  });

  it('stops without watchers, and starts again for the next watcher', async () => {
    const { begun, follow } = script();
    const watch = shareProgress(follow, log);
    const leave = [watch(7, watcher().itself), watch(7, watcher().itself)];
    leave[0]?.();
    expect(begun.all.map(signal => signal.aborted)).toEqual([false]);
    leave[1]?.();
    watch(7, watcher().itself);
    expect(begun.all.map(signal => signal.aborted)).toEqual([true, false]);
  });

  it('ends when the run was deleted', async () => {
    const { steps, follow } = script();
    const one = watcher();
    shareProgress(follow, log)(7, one.itself);
    steps.put(new NotFoundError('there is no run 7'));
    expect(await one.told.count(1)).toEqual(['end']);
  });
});
