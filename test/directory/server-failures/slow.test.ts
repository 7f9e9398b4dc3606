/** A slow server has its time limit, and is read completely or not at all. */
import { describe, expect, it } from 'vitest';
import { silenceAfterEntries, trickle, waitBefore } from '../../../dev/fake-ldap/faults/answers.ts';
import { onSearch } from '../../../dev/fake-ldap/server/fault.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { members } from '../../support/given/directory.ts';
import {
  failure,
  GROUP_SEARCH,
  openSmallDirectory,
  PEOPLE_SEARCH,
} from '../../support/given/small-directory.ts';

const WITHIN = /The server did not finish its answer within 0\.2 s \(operationTimeout\)/;

describe('a slow server', () => {
  it('has time until operationTimeout (F83)', async () => {
    const slow = onSearch(PEOPLE_SEARCH, waitBefore(300));
    const error = await failure({ operationTimeoutMs: 200 }, slow);
    expect(error).toMatchObject({ code: 'time_limit', permanent: false });
    expect(error.message).toMatch(WITHIN);
    await using fake = await openSmallDirectory({ operationTimeoutMs: 5000 }, slow);
    expect((await readDirectory(fake.settings)).users).toHaveLength(12);
  });

  it('that stops in the middle of an answer ends the read (C19)', async () => {
    const error = await failure(
      { operationTimeoutMs: 200 },
      onSearch({ ...GROUP_SEARCH, nth: 1 }, silenceAfterEntries(1)),
    );
    expect(error).toMatchObject({ code: 'time_limit' });
    expect(error.message).toMatch(WITHIN);
  });

  it('that sends entries slowly is read completely or not at all: the timeout is for the whole answer (F83)', async () => {
    const drops = onSearch(GROUP_SEARCH, trickle(90));
    expect((await failure({ operationTimeoutMs: 200 }, drops)).message).toMatch(WITHIN);
    await using fake = await openSmallDirectory({ operationTimeoutMs: 5000 }, drops);
    expect(members(await readDirectory(fake.settings), 'b')).toEqual(['u0', 'u1', 'u2']);
  });
});
