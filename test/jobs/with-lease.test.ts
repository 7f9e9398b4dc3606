/** A lease is renewed during the work, and the work is aborted if another process has it. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { withLease } from '../../src/jobs/with-lease.ts';
import type { RunCounts } from '../../src/model/run.ts';
import { inbox } from '../support/observe/inbox.ts';

const outer = new AbortController().signal;

/** Waits for the end of the lease and returns the reason. */
async function reasonOf(signal: AbortSignal): Promise<string> {
  if (!signal.aborted) await once(signal, 'abort');
  return String(signal.reason);
}

describe('withLease', () => {
  it('saves the newest counts repeatedly during the work', async () => {
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

  it('saves the progress every second, for any length of the lease', async () => {
    const asked = performance.now();
    const beats = inbox<RunCounts>();
    const beat = async (counts: RunCounts) => {
      beats.put(counts);
      return true;
    };
    await withLease({ beat, leaseMs: 3_600_000, outer }, () => beats.count(1));
    expect(performance.now() - asked).toBeLessThan(5_000);
  });

  it('aborts the work when another process has the run (F77)', async () => {
    const beat = async () => false;
    expect(await withLease({ beat, leaseMs: 60, outer }, reasonOf)).toBe(
      'Error: the lease of this run was lost',
    );
  });

  it('continues after a database outage that is shorter than the lease', async () => {
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

  it('aborts the work when the database does not answer for longer than the lease (F77)', async () => {
    const beat = () => new Promise<boolean>(() => {});
    expect(await withLease({ beat, leaseMs: 60, outer }, reasonOf)).toBe(
      'Error: the lease of this run could not be renewed in time',
    );
  });

  it('aborts the work when the database is unavailable for longer than the lease (F77)', async () => {
    const beat = async () => {
      throw new Error('away');
    };
    expect(await withLease({ beat, leaseMs: 60, outer }, reasonOf)).toBe('Error: away');
  });
});
