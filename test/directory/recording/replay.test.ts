/** A replayed read finds what the read found. ROLLCALL_SNAPSHOT_SEEDS reads more random organisations. */
import { describe, expect, it } from 'vitest';
import { answerCode } from '../../../dev/fake-ldap/faults/answers.ts';
import { onSearch } from '../../../dev/fake-ldap/server/fault.ts';
import { startLdapServer } from '../../../dev/fake-ldap/server/server.ts';
import { parseLdif } from '../../../dev/fake-ldap/tree/ldif.ts';
import { makeOrganisation } from '../../../dev/organisation/generate/organisation.ts';
import { directorySettings } from '../../../dev/organisation/truth/settings.ts';
import { ldif } from '../../../dev/organisation/write/ldif.ts';
import { openReplay } from '../../../src/directory/recording/replay.ts';
import { messageOf } from '../../../src/errors.ts';
import { ALICE, BIND, group, serve, TRIO } from '../../support/given/directory.ts';
import { recorded } from './recorded.ts';

const SEEDS = Number(process.env['ROLLCALL_SNAPSHOT_SEEDS'] ?? 2);

describe('a replayed read', () => {
  it.each(Array.from({ length: SEEDS }, (_, seed) => `${seed}`))(
    'finds the same in the random organisation %s',
    async seed => {
      const organisation = makeOrganisation({ size: 'S', seed, dynamic: true });
      await using server = await startLdapServer({
        entries: parseLdif([...ldif(organisation)].join('')),
        accounts: [BIND],
      });
      const settings = {
        ...directorySettings(organisation, { url: server.url, bindDn: BIND.dn, bindPassword: BIND.password }),
        pageSize: 50,
      };
      const { result, recording } = await recorded(read => read(settings, {}));
      await server.close();
      await using replay = await openReplay(recording);
      const found = await replay.readDirectory({ ...settings, urls: ['ldap://elsewhere.test'] }, {});
      // The DN that an answer names besides the result is not recorded.
      expect(found).toEqual({ ...result, counts: { ...result.counts, bytes: expect.any(Number) } });
    },
  );

  it('fails as the read failed', async () => {
    await using fake = await serve(
      TRIO,
      {},
      { faults: [onSearch({ filter: /groupOfNames/ }, answerCode(4))] },
    );
    const { result, recording } = await recorded(read =>
      read(fake.settings, {}).catch((error: unknown) => error),
    );
    await using replay = await openReplay(recording);
    await expect(replay.readDirectory(fake.settings, {})).rejects.toThrow(messageOf(result));
  });

  it('happens at the time of the read', async () => {
    const expires = { shadowExpire: ['20000'], objectClass: ['inetOrgPerson', 'shadowAccount'] };
    const account = { ...ALICE, attributes: { ...ALICE.attributes, ...expires } };
    await using fake = await serve([account, group(11, 'devs', [ALICE.dn])]);
    const day = 86_400_000;
    for (const [at, disabled] of [
      [19_000 * day, false],
      [21_000 * day, true],
    ] as const) {
      const { recording } = await recorded(
        read => read(fake.settings, {}),
        () => at,
      );
      await using replay = await openReplay(recording);
      const { users } = await replay.readDirectory(fake.settings, {});
      expect(users.map(user => user.disabled)).toEqual([disabled]);
    }
  });

  it.each([
    ['(&(objectClass=inetOrgPerson)(uid=alice))', ['alice']],
    ['(&(objectClass=inetOrgPerson)(!(uid=alice)))', ['bob', 'carol']],
  ])('answers another filter from the entries: %s', async (filter, expected) => {
    await using fake = await serve(TRIO);
    const { recording } = await recorded(read => read(fake.settings, {}));
    await using replay = await openReplay(recording);
    const { users } = await replay.readDirectory(
      { ...fake.settings, users: { ...fake.settings.users, filter } },
      {},
    );
    expect(users.map(({ username }) => username)).toEqual(expected);
    expect(replay.derived()).toBeGreaterThan(0);
  });

  it.each([
    ['a filter', { filter: '(title=boss)' }],
    ['an attribute', { username: 'employeeNumber' }],
  ])('does not guess what it does not show: %s', async (_, more) => {
    await using fake = await serve(TRIO);
    const { recording } = await recorded(read => read(fake.settings, {}));
    await using replay = await openReplay(recording);
    const users = { ...fake.settings.users, ...more };
    await expect(replay.readDirectory({ ...fake.settings, users }, {})).rejects.toThrow(
      'The snapshot does not show',
    );
  });

  it('holds no password', async () => {
    await using fake = await serve(TRIO);
    const { lines } = await recorded(read => read(fake.settings, {}));
    expect(lines.join('\n')).not.toContain(BIND.password);
  });
});
