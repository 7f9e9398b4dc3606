import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { withLease } from '../../src/jobs/with-lease.ts';
import type { RunCounts } from '../../src/model/run.ts';
import { inbox } from '../support/observe/inbox.ts';

const outer = new AbortController().signal;

/** Waits for the end of the lease and says why. */
async function reasonOf(signal: AbortSignal): Promise<string> {
  if (!signal.aborted) await once(signal, 'abort');
  return String(signal.reason);
}

describe('withLease', () => {
  it('leaves the newest numbers again and again while the work goes on', async () => {
    const beats = inbox<RunCounts>();
    const beat = async (counts: RunCounts) => {
      beats.put(counts);
      return true;
    };
    const done = await withLease({ beat, leaseMs: 60, outer }, async (_signal, report) => {
      await beats.count(1);
      report({ tasks: { total: 2, done: 1 } });
      report({ unchanged: false });
      await beats.find(({ unchanged }) => unchanged === false);
      return 'done';
    });
    expect(done).toBe('done');
    expect(beats.all.at(-1)).toEqual({ tasks: { total: 2, done: 1 }, unchanged: false });
  });

  it('shows how far a run is every second, however long its lease', async () => {
    const asked = performance.now();
    const beats = inbox<RunCounts>();
    const beat = async (counts: RunCounts) => {
      beats.put(counts);
      return true;
    };
    await withLease({ beat, leaseMs: 3_600_000, outer }, () => beats.count(1));
    expect(performance.now() - asked).toBeLessThan(5_000);
  });

  it('tells the work to stop when the run belongs to somebody else (F77)', async () => {
    const beat = async () => false;
    expect(await withLease({ beat, leaseMs: 60, outer }, reasonOf)).toBe(
      'Error: the lease of this run was lost',
    );
  });

  it('survives a database that is away for less than a lease', async () => {
    const answers = inbox<boolean>();
    const beat = async () => {
      answers.put(answers.all.length > 3);
      if (answers.all.length <= 3) throw new Error('away');
      return true;
    };
    const aborted = await withLease({ beat, leaseMs: 1_800, outer }, async signal => {
      await answers.count(5);
      return signal.aborted;
    });
    expect(aborted).toBe(false);
  });

  it('gives up when the database says nothing at all for longer than the lease lasts (F77)', async () => {
    const beat = () => new Promise<boolean>(() => {});
    expect(await withLease({ beat, leaseMs: 60, outer }, reasonOf)).toBe(
      'Error: the lease of this run could not be renewed in time',
    );
  });

  it('gives up when the database is away for longer than the lease lasts (F77)', async () => {
    const beat = async () => {
      throw new Error('away');
    };
    expect(await withLease({ beat, leaseMs: 60, outer }, reasonOf)).toBe('Error: away');
  });
});
