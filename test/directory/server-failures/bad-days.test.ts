/** A failure during a read ends the read or makes single members doubtful; it never shortens the result. */
import { describe, expect, it } from 'vitest';
import {
  answerCode,
  cutAfterEntries,
  hideEntries,
  stopAfterEntries,
} from '../../../dev/fake-ldap/faults/answers.ts';
import {
  emptyPageWithCookie,
  ignorePaging,
  refusePaging,
  sizeLimitAfter,
  unknownPaging,
} from '../../../dev/fake-ldap/faults/paging.ts';
import { hideAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import { onSearch } from '../../../dev/fake-ldap/server/fault.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { BIND, GROUPS, members, serve } from '../../support/given/directory.ts';
import {
  failure,
  failureOf,
  GROUP_SEARCH,
  NO_WAITING,
  openSmallDirectory,
  PEOPLE_SEARCH,
  SMALL_ENTRIES,
  TWELVE_USERS,
} from '../../support/given/small-directory.ts';

describe('a server failure during a read', () => {
  it.each([
    [1, 'interrupted'],
    [3, 'time_limit'],
    [11, 'admin_limit'],
    [51, 'busy'],
    [52, 'busy'],
    [80, 'interrupted'],
  ])('result code %i for the groups ends the read, as %s (F01)', async (code, expected) => {
    const error = await failure({}, onSearch(GROUP_SEARCH, answerCode(code, 'not today')));
    expect(error).toMatchObject({ code: expected, permanent: false });
    expect(error.message).toContain(
      `Search below "${GROUPS}" for (objectClass=groupOfNames) (0 entries read)`,
    );
    expect(error.message).toContain(`(LDAP result ${code}, not today)`);
  });

  it.each(['users', 'groups'] as const)('a base of %s that is missing ends the read (F01)', async kind => {
    await using fake = await openSmallDirectory({});
    const wrong = { ...fake.settings, [kind]: { ...fake.settings[kind], baseDn: 'ou=typo,dc=test' } };
    expect(await failureOf(wrong)).toMatchObject({ code: 'base_missing' });
  });

  it.each(['users', 'groups'] as const)(
    'a base of %s that is missing ends the read, though the server calls that a success (389) (F01)',
    async kind => {
      const baseDn = 'ou=typo,dc=test';
      await using fake = await openSmallDirectory(
        {},
        onSearch({ dn: baseDn, paged: true }, answerCode(0, '')),
      );
      const wrong = { ...fake.settings, [kind]: { ...fake.settings[kind], baseDn } };
      expect(await failureOf(wrong)).toMatchObject({ code: 'base_missing' });
    },
  );

  it('an empty page with a cookie does not end the search (F11)', async () => {
    await using fake = await openSmallDirectory(
      {},
      emptyPageWithCookie({ afterPage: 1, times: 2 }),
      emptyPageWithCookie({ afterPage: 0 }),
    );
    const snapshot = await readDirectory(fake.settings);
    expect([snapshot.users.length, snapshot.groups.length]).toEqual([12, 3]);
    expect(members(snapshot, 'b')).toEqual(['u0', 'u1', 'u2']);
  });

  it.each([
    ['on the first page', sizeLimitAfter(4), 4],
    ['after whole pages', sizeLimitAfter(7), 7],
    ['within a later page', onSearch({ ...PEOPLE_SEARCH, nth: 2 }, stopAfterEntries(3, 4)), 8],
  ])('a size limit %s ends the read and reports how far it came (F12)', async (_, fault, read) => {
    const error = await failure({}, onSearch(PEOPLE_SEARCH, fault));
    expect(error).toMatchObject({ code: 'size_limit' });
    expect(error.message).toContain(`(${read} entries read)`);
    expect(error.message).toMatch(/paged results/);
  });

  it.each(['fin', 'rst'] as const)(
    'a connection that is lost between pages (%s) is not reopened (F13)',
    async how => {
      const cut = onSearch({ ...PEOPLE_SEARCH, nth: 2 }, cutAfterEntries(0, how));
      await using fake = await serve(SMALL_ENTRIES, { pageSize: 5 }, { faults: [cut], allowAnonymous: true });
      const error = await failureOf(fake.settings);
      expect(error.code).toBe('interrupted');
      expect(error.message).toMatch(/\(5 entries read\): The connection was lost/);
      const searches = fake.server.requests.filter(({ op }) => op === 'search');
      expect(new Set(searches.map(({ identity }) => identity))).toEqual(new Set([BIND.dn]));
      expect(Math.max(...searches.map(({ connection }) => connection))).toBe(2);
    },
  );

  it('a connection that is lost within a page discards that page (F13)', async () => {
    const error = await failure({}, onSearch({ ...GROUP_SEARCH, nth: 1 }, cutAfterEntries(2, 'rst')));
    expect(error.message).toMatch(/\(0 entries read\): The connection was lost/);
  });

  it('one member that cannot be looked up makes only that member doubtful; a lost connection ends the read (F07)', async () => {
    const lookup = onSearch({ dn: TWELVE_USERS[1]?.dn ?? '' }, answerCode(51));
    await using fake = await openSmallDirectory({}, lookup);
    const snapshot = await readDirectory(fake.settings, { group: 'a', pause: NO_WAITING });
    expect(members(snapshot, 'a')).toEqual(['u0', 'u2']);
    expect(snapshot.references).toEqual([expect.objectContaining({ reason: 'unreadable', absent: false })]);
    fake.server.heal();
    fake.server.inject(onSearch({ dn: TWELVE_USERS[1]?.dn ?? '' }, cutAfterEntries(0, 'fin')));
    await expect(readDirectory(fake.settings, { group: 'a' })).rejects.toMatchObject({
      code: 'interrupted',
    });
  });

  it('a server that ignores paging is accepted if its one answer is a success (C19)', async () => {
    await using fake = await openSmallDirectory({}, ignorePaging());
    expect((await readDirectory(fake.settings)).users).toHaveLength(12);
    expect(await failure({}, ignorePaging(), onSearch(PEOPLE_SEARCH, stopAfterEntries(9, 4)))).toMatchObject({
      code: 'size_limit',
    });
  });

  it('a server without paged results is read whole, or fails at its limit (G42)', async () => {
    const rootDse = { supportedControl: [] };
    await using fake = await serve(SMALL_ENTRIES, {}, { rootDse, faults: [unknownPaging()] });
    expect((await readDirectory(fake.settings)).users).toHaveLength(12);
    expect(await failure({}, unknownPaging(), onSearch(PEOPLE_SEARCH, stopAfterEntries(9, 4)))).toMatchObject(
      { code: 'size_limit' },
    );
  });

  it('a server that drops the cookie of page 2 fails for now, and the next server is read instead (G43)', async () => {
    const error = await failure({ pageSize: 5 }, refusePaging(2));
    expect(error).toMatchObject({ code: 'interrupted', permanent: false });
    expect(error.fix).toContain('reads from the beginning');
    await using good = await openSmallDirectory({ pageSize: 5 });
    await using bad = await openSmallDirectory({ pageSize: 5 }, refusePaging(2));
    const urls = [bad.server.url, good.server.url];
    const { server, users } = await readDirectory({ ...bad.settings, urls });
    expect([server, users.length]).toEqual([good.server.url, 12]);
  });

  it('a server that refuses paging is not read partially (C19)', async () => {
    expect(await failure({}, refusePaging())).toMatchObject({ code: 'paging_refused', permanent: true });
  });

  it('a sentinel that is hidden, or shows no member, ends the read before it begins (C15)', async () => {
    const sentinels = [`cn=a,${GROUPS}`];
    await using fake = await openSmallDirectory({ sentinels });
    expect((await readDirectory(fake.settings)).groups).toHaveLength(3);
    const hidden = await failure(
      { sentinels },
      hideEntries(({ dn }) => dn === sentinels[0]),
    );
    expect(hidden).toMatchObject({ code: 'sentinel_missing' });
    expect(hidden.message).toContain(`The sentinel ${sentinels[0]} is missing`);
    const mute = await failure({ sentinels }, hideAttribute('member'));
    expect(mute.message).toContain('shows no member');
  });
});
