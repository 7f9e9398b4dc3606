/** Referrals are counted and never followed, and members behind them are not missing. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { referral, searchReference } from '../../../dev/fake-ldap/faults/answers.ts';
import { onSearch } from '../../../dev/fake-ldap/server/fault.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { GROUPS, members } from '../../support/given/directory.ts';
import {
  failure,
  GROUP_SEARCH,
  openSmallDirectory,
  PEOPLE_SEARCH,
  TWELVE_USERS,
} from '../../support/given/small-directory.ts';

/** Another host, which records every connection. */
async function stranger() {
  let visits = 0;
  const server = createServer(socket => {
    visits += 1;
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    url: (dn: string) => `ldap://127.0.0.1:${port}/${dn}`,
    visits: () => visits,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

describe('referrals to other servers', () => {
  it('are counted and never followed (F87, C19)', async () => {
    await using other = await stranger();
    const zones = searchReference(
      other.url('DC=DomainDnsZones,DC=corp,DC=test'),
      other.url('DC=child,DC=corp'),
    );
    await using fake = await openSmallDirectory(
      {},
      onSearch(PEOPLE_SEARCH, zones),
      onSearch(GROUP_SEARCH, zones),
    );
    const snapshot = await readDirectory(fake.settings);
    expect(members(snapshot, 'b')).toEqual(['u0', 'u1', 'u2']);
    expect(snapshot.counts.references).toBe(3 * 2 + 2);
    expect(snapshot.warnings).toEqual([
      '8 references to other servers were ignored, for entries below "DC=DomainDnsZones,DC=corp,DC=test", "DC=child,DC=corp"',
    ]);
    expect(snapshot.referredTo).toEqual(['DC=DomainDnsZones,DC=corp,DC=test', 'DC=child,DC=corp']);
    expect(other.visits()).toBe(0);
  });

  it('end the read if that is configured (F87, C19)', async () => {
    await using other = await stranger();
    const reference = searchReference(other.url('DC=child'));
    const fail = { referrals: 'fail' } as const;
    expect(await failure(fail, onSearch(PEOPLE_SEARCH, reference))).toMatchObject({ code: 'referral' });
    await using fake = await openSmallDirectory(fail, onSearch({ dn: TWELVE_USERS[0]?.dn ?? '' }, reference));
    await expect(readDirectory(fake.settings, { group: 'a' })).rejects.toMatchObject({ code: 'referral' });
    expect(other.visits()).toBe(0);
  });

  it('a search that only another server can answer ends the read in every configuration (F87)', async () => {
    await using other = await stranger();
    const elsewhere = onSearch(GROUP_SEARCH, referral(other.url(GROUPS)));
    for (const referrals of ['ignore', 'fail'] as const)
      expect(await failure({ referrals }, elsewhere)).toMatchObject({ code: 'referral' });
    expect(other.visits()).toBe(0);
  });

  it('a member that only another server knows is elsewhere, not missing (F87, G09)', async () => {
    await using other = await stranger();
    const lookup = onSearch({ dn: TWELVE_USERS[1]?.dn ?? '' }, referral(other.url('DC=child')));
    await using fake = await openSmallDirectory({}, lookup);
    const snapshot = await readDirectory(fake.settings, { group: 'b' });
    expect(members(snapshot, 'b')).toEqual(['u0', 'u2']);
    expect(snapshot.references).toEqual([expect.objectContaining({ reason: 'elsewhere', absent: false })]);
    expect(other.visits()).toBe(0);
  });
});
