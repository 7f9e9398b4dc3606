import { describe, expect, it } from 'vitest';
import { type Fault, onBind, onExtended, onSearch } from '../../dev/ldap-server/fault.ts';
import {
  answerCode,
  cutAfterEntries,
  hideEntries,
  referral,
  searchReference,
  silenceAfterEntries,
  stopAfterEntries,
} from '../../dev/ldap-server/faults/answers.ts';
import {
  emptyPageWithCookie,
  ignorePaging,
  refusePaging,
  sizeLimitAfter,
} from '../../dev/ldap-server/faults/paging.ts';
import { hideAttribute } from '../../dev/ldap-server/faults/values.ts';
import { readDirectory } from '../../src/directory/read.ts';
import { DirectoryError } from '../../src/errors.ts';
import type { DirectorySettings } from '../../src/settings.ts';
import { BIND, GROUPS, group, members, PEOPLE, type Scene, scene, user } from './scene.ts';

const PEOPLE_SEARCH = { dn: PEOPLE };
const GROUP_SEARCH = { dn: GROUPS };
const CROWD = Array.from({ length: 12 }, (_, index) => user(100 + index, `u${index}`));
const TOWN = [
  ...CROWD,
  group(
    11,
    'a',
    CROWD.slice(0, 3).map(({ dn }) => dn),
  ),
  group(12, 'b', [`cn=a,${GROUPS}`]),
  group(13, 'c', [CROWD[5]?.dn ?? '']),
];

function town(settings: Partial<DirectorySettings>, ...faults: Fault[]): Promise<Scene> {
  return scene(TOWN, { pageSize: 5, ...settings }, { faults });
}

/** How the read of that town fails. */
async function failure(settings: Partial<DirectorySettings>, ...faults: Fault[]): Promise<DirectoryError> {
  await using place = await town(settings, ...faults);
  return await failureOf(place.settings);
}

async function failureOf(settings: DirectorySettings): Promise<DirectoryError> {
  const error = await readDirectory(settings).catch((thrown: unknown) => thrown);
  if (!(error instanceof DirectoryError)) throw new Error(`no DirectoryError but ${String(error)}`);
  return error;
}

describe('a bad day', () => {
  it.each([
    [1, 'interrupted'],
    [3, 'time_limit'],
    [11, 'admin_limit'],
    [51, 'busy'],
    [52, 'busy'],
    [80, 'interrupted'],
  ])('F01: result code %i for the groups ends the read, as %s', async (code, expected) => {
    const error = await failure({}, onSearch(GROUP_SEARCH, answerCode(code, 'not today')));
    expect(error).toMatchObject({ code: expected, permanent: false });
    expect(error.message).toContain(
      `Search below "${GROUPS}" for (objectClass=groupOfNames) (0 entries read)`,
    );
    expect(error.message).toContain(`(LDAP result ${code}, not today)`);
  });

  it.each(['users', 'groups'] as const)('F01: a base of %s that is missing ends the read', async kind => {
    await using place = await town({});
    const wrong = { ...place.settings, [kind]: { ...place.settings[kind], baseDn: 'ou=typo,dc=test' } };
    expect(await failureOf(wrong)).toMatchObject({ code: 'base_missing' });
  });

  it('F11: an empty page with a cookie is not the end', async () => {
    await using place = await town(
      {},
      emptyPageWithCookie({ afterPage: 1, times: 2 }),
      emptyPageWithCookie({ afterPage: 0 }),
    );
    const snapshot = await readDirectory(place.settings);
    expect([snapshot.users.length, snapshot.groups.length]).toEqual([12, 3]);
    expect(members(snapshot, 'b')).toEqual(['u0', 'u1', 'u2']);
  });

  it.each([
    ['on the first page', sizeLimitAfter(4), 4],
    ['after whole pages', sizeLimitAfter(7), 7],
    ['within a later page', onSearch({ ...PEOPLE_SEARCH, nth: 2 }, stopAfterEntries(3, 4)), 8],
  ])('F12: a size limit %s ends the read and tells how far it came', async (_, fault, read) => {
    const error = await failure({}, onSearch(PEOPLE_SEARCH, fault));
    expect(error).toMatchObject({ code: 'size_limit' });
    expect(error.message).toContain(`(${read} entries read)`);
    expect(error.message).toMatch(/pages/);
  });

  it.each(['fin', 'rst'] as const)('F13: a connection cut between pages (%s) stays cut', async how => {
    const cut = onSearch({ ...PEOPLE_SEARCH, nth: 2 }, cutAfterEntries(0, how));
    await using place = await scene(TOWN, { pageSize: 5 }, { faults: [cut], allowAnonymous: true });
    const error = await failureOf(place.settings);
    expect(error.code).toBe('interrupted');
    expect(error.message).toMatch(/\(5 entries read\): The connection was lost/);
    const searches = place.server.requests.filter(({ op }) => op === 'search');
    expect(new Set(searches.map(({ identity }) => identity))).toEqual(new Set([BIND.dn]));
    expect(Math.max(...searches.map(({ connection }) => connection))).toBe(2);
  });

  it('F13: a connection cut within a page counts nothing of it', async () => {
    const error = await failure({}, onSearch({ ...GROUP_SEARCH, nth: 1 }, cutAfterEntries(2, 'rst')));
    expect(error.message).toMatch(/\(0 entries read\): The connection was lost/);
  });

  it('F07: one member that cannot be looked up ends the read of its group', async () => {
    await using place = await town({}, onSearch({ dn: CROWD[1]?.dn ?? '' }, cutAfterEntries(0, 'fin')));
    await expect(readDirectory(place.settings, { group: 'a' })).rejects.toMatchObject({
      code: 'interrupted',
    });
    place.server.heal();
    place.server.inject(onSearch({ dn: CROWD[1]?.dn ?? '' }, answerCode(51)));
    const error = await readDirectory(place.settings, { group: 'a' }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'busy' });
    expect(String(error)).not.toContain('uid=');
  });

  it('F93: a refused password is permanent, tried once, and never shown', async () => {
    await using place = await town({});
    const { url } = place.server;
    const error = await failureOf({ ...place.settings, urls: [url, url], bindPassword: 'wrong-secret' });
    expect(error).toMatchObject({ code: 'bind_refused', permanent: true });
    expect(error.message).toContain(`Bind as ${BIND.dn} on ${url}: invalid credentials`);
    expect(error.message).not.toContain('wrong-secret');
    expect(place.server.requests.map(({ op }) => op)).toEqual(['bind']);
  });

  it.each([
    ['52e', 'wrong password'],
    ['532', 'the password has expired'],
    ['775', 'the account is locked'],
  ])('F93: Active Directory says by %s: %s', async (data, reason) => {
    const text = `80090308: LdapErr: DSID-0C090453, comment: AcceptSecurityContext error, data ${data}, v4563\0`;
    const error = await failure({}, onBind({}, answerCode(49, text)));
    expect(error.message).toContain(`(LDAP result 49, ${reason})`);
  });

  it.each([{ bindPassword: '' }, { bindDn: '' }])('F93: %o is refused before connecting', async empty => {
    await using place = await town({});
    expect(await failureOf({ ...place.settings, ...empty })).toMatchObject({
      code: 'bind_refused',
      permanent: true,
    });
    expect(place.server.requests).toEqual([]);
  });

  it('C19: an unreachable server is passed over for the next one, and named when there is none', async () => {
    await using place = await town({});
    await using gone = await town({});
    await gone.server.close();
    const { url } = gone.server;
    const snapshot = await readDirectory({ ...place.settings, urls: [url, place.server.url] });
    expect(snapshot.server).toBe(place.server.url);
    const error = await failureOf({ ...place.settings, urls: [url] });
    expect(error).toMatchObject({ code: 'unreachable', permanent: false });
    expect(error.message).toContain(url.replace('ldap://', ''));
  });

  it('C19: a server that is busy at the bind is passed over for the next one', async () => {
    await using busy = await town({}, onBind({}, answerCode(51)));
    await using place = await town({});
    const snapshot = await readDirectory({ ...place.settings, urls: [busy.server.url, place.server.url] });
    expect(snapshot.server).toBe(place.server.url);
  });

  it('C19: a silent server ends the read after operationTimeout', async () => {
    const error = await failure(
      { operationTimeoutMs: 200 },
      onSearch({ ...GROUP_SEARCH, nth: 1 }, silenceAfterEntries(1)),
    );
    expect(error).toMatchObject({ code: 'time_limit' });
    expect(error.message).toMatch(/The server sent nothing for 0.2 s \(operationTimeout\)/);
  });

  it('C19: a run that takes too long, or is stopped, ends the read', async () => {
    const hang = onSearch(PEOPLE_SEARCH, silenceAfterEntries(0));
    expect((await failure({ runTimeoutMs: 200 }, hang)).message).toMatch(/The read was stopped: .*timeout/);
    await using place = await town({}, hang);
    const stop = new AbortController();
    const reading = readDirectory(place.settings, {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('shutting down')),
    });
    await expect(reading).rejects.toThrow('The read was stopped: shutting down.');
  });

  it('C19: a server that ignores paging is believed when it calls its one answer a success', async () => {
    await using place = await town({}, ignorePaging());
    expect((await readDirectory(place.settings)).users).toHaveLength(12);
    expect(await failure({}, ignorePaging(), onSearch(PEOPLE_SEARCH, stopAfterEntries(9, 4)))).toMatchObject({
      code: 'size_limit',
    });
  });

  it('C19: a server that refuses paging is not read in part', async () => {
    expect(await failure({}, refusePaging())).toMatchObject({ code: 'paging_refused', permanent: true });
  });

  it('C19: references to other servers are counted, or end the read where referrals is fail', async () => {
    const reference = onSearch(
      PEOPLE_SEARCH,
      searchReference('ldap://other/dc=child', 'ldap://third/dc=child'),
    );
    await using place = await town({}, reference);
    const snapshot = await readDirectory(place.settings);
    expect(snapshot.counts.references).toBe(6);
    expect(snapshot.warnings).toEqual(['6 references to other servers were ignored']);
    expect(await failure({ referrals: 'fail' }, reference)).toMatchObject({ code: 'referral' });
    expect(await failure({}, onSearch(GROUP_SEARCH, referral('ldap://other/')))).toMatchObject({
      code: 'referral',
    });
  });

  it('C15: a sentinel that is hidden, or shows no member, ends the read before it begins', async () => {
    const sentinels = [`cn=a,${GROUPS}`];
    await using place = await town({ sentinels });
    expect((await readDirectory(place.settings)).groups).toHaveLength(3);
    const hidden = await failure(
      { sentinels },
      hideEntries(({ dn }) => dn === sentinels[0]),
    );
    expect(hidden).toMatchObject({ code: 'sentinel_missing' });
    expect(hidden.message).toContain(`The sentinel ${sentinels[0]} is missing`);
    const mute = await failure({ sentinels }, hideAttribute('member'));
    expect(mute.message).toContain('shows no member');
  });

  it('F13: a server that takes us for somebody else at the end is not believed', async () => {
    const error = await failure(
      {},
      onExtended({ nth: 2 }, () => [{ kind: 'done', code: 0, value: '' }]),
    );
    expect(error).toMatchObject({ code: 'interrupted' });
    expect(error.message).toContain(`took us for "dn:${BIND.dn}", and now for ""`);
  });

  it('F80: a filter that the server cannot apply is named', async () => {
    const error = await failure({}, onSearch(GROUP_SEARCH, answerCode(21, 'invalid value')));
    expect(error).toMatchObject({ code: 'filter', permanent: true });
    expect(error.message).toContain('(objectClass=groupOfNames)');
  });
});
