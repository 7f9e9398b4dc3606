/** An overloaded server is asked again after a pause, and not more often than configured. */
import { describe, expect, it } from 'vitest';
import { answerCode } from '../../../dev/fake-ldap/faults/answers.ts';
import { onSearch } from '../../../dev/fake-ldap/server/fault.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { MAX_TRIES } from '../../../src/directory/search/throttle.ts';
import { members } from '../../support/given/directory.ts';
import {
  failureOf,
  GROUP_SEARCH,
  openSmallDirectory,
  PEOPLE_SEARCH,
} from '../../support/given/small-directory.ts';

/** Records the waits and does not wait. */
function stopwatch() {
  const waits: number[] = [];
  const pause = async (ms: number) => {
    waits.push(ms);
  };
  return { waits, pause };
}

describe('a server that is overloaded', () => {
  it.each([11, 51, 52])('that returns result %i is asked again for the same page (F03)', async code => {
    await using fake = await openSmallDirectory(
      {},
      onSearch({ ...PEOPLE_SEARCH, nth: 2 }, answerCode(code)),
      onSearch({ ...PEOPLE_SEARCH, nth: 2 }, answerCode(code)),
    );
    const { waits, pause } = stopwatch();
    const snapshot = await readDirectory(fake.settings, { pause });
    expect(snapshot.users).toHaveLength(12);
    expect(members(snapshot, 'b')).toEqual(['u0', 'u1', 'u2']);
    expect(waits).toHaveLength(2);
    expect(snapshot.counts).toMatchObject({ queries: 3 + 2 + 1, entries: 15 });
  });

  it.each([
    [11, 'admin_limit'],
    [51, 'busy'],
    [52, 'busy'],
  ])(
    'that keeps returning result %i is not asked again after some attempts (F01, F03)',
    async (code, expected) => {
      await using fake = await openSmallDirectory({}, onSearch({ ...GROUP_SEARCH }, answerCode(code)));
      const error = await failureOf(fake.settings);
      expect(error).toMatchObject({ code: expected, permanent: false });
      expect(fake.server.requests.filter(({ dn }) => dn === GROUP_SEARCH.dn)).toHaveLength(MAX_TRIES);
    },
  );

  it('is not asked more often than configured (F03)', async () => {
    await using fake = await openSmallDirectory({ queriesPerSecond: 2, pageSize: 4 });
    const { waits, pause } = stopwatch();
    const { counts } = await readDirectory(fake.settings, { pause });
    expect(counts.queries).toBe(4);
    expect(waits).toHaveLength(2);
    expect(Math.max(...waits)).toBeGreaterThan(900);
  });

  it('has its queries, entries and bytes counted', async () => {
    await using fake = await openSmallDirectory({});
    const seen: number[] = [];
    const { counts } = await readDirectory(fake.settings, { onProgress: ({ bytes }) => seen.push(bytes) });
    expect(counts).toMatchObject({ queries: 4, entries: 15, bytes: seen.at(-1) });
    expect(seen).toEqual(seen.toSorted((one, other) => one - other));
    expect(counts.bytes).toBeGreaterThan(1500);
    expect(counts.bytes).toBeLessThan(10_000);
  });
});
