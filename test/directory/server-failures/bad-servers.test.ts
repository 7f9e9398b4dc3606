/** Servers that are down, busy or refuse the password are skipped or reported. */
import { describe, expect, it } from 'vitest';
import { answerCode, silenceAfterEntries } from '../../../dev/fake-ldap/faults/answers.ts';
import { onBind, onSearch } from '../../../dev/fake-ldap/server/fault.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { BIND } from '../../support/given/directory.ts';
import {
  failure,
  failureOf,
  GROUP_SEARCH,
  openSmallDirectory,
  PEOPLE_SEARCH,
} from '../../support/given/small-directory.ts';

describe('a server that cannot be used', () => {
  it('a refused password is permanent, tried once, and never shown (F93)', async () => {
    await using fake = await openSmallDirectory({});
    const { url } = fake.server;
    const error = await failureOf({ ...fake.settings, urls: [url, url], bindPassword: 'wrong-secret' });
    expect(error).toMatchObject({ code: 'bind_refused', permanent: true });
    expect(error.message).toContain(`Bind as ${BIND.dn} on ${url}: invalid credentials`);
    expect(error.message).not.toContain('wrong-secret');
    expect(fake.server.requests.map(({ op }) => op)).toEqual(['bind']);
  });

  it.each([
    ['52e', 'wrong password'],
    ['532', 'the password has expired'],
    ['775', 'the account is locked'],
  ])('Active Directory code %s means: %s (F93)', async (data, reason) => {
    const text = `80090308: LdapErr: DSID-0C090453, comment: AcceptSecurityContext error, data ${data}, v4563\0`;
    const error = await failure({}, onBind({}, answerCode(49, text)));
    expect(error.message).toContain(`(LDAP result 49, ${reason})`);
  });

  it.each([{ bindPassword: '' }, { bindDn: '' }])('%o is refused before connecting (F93)', async empty => {
    await using fake = await openSmallDirectory({});
    expect(await failureOf({ ...fake.settings, ...empty })).toMatchObject({
      code: 'bind_refused',
      permanent: true,
    });
    expect(fake.server.requests).toEqual([]);
  });

  it('an unreachable server is skipped for the next one, and named if there is none (C19)', async () => {
    await using fake = await openSmallDirectory({});
    await using gone = await openSmallDirectory({});
    await gone.server.close();
    const { url } = gone.server;
    const snapshot = await readDirectory({ ...fake.settings, urls: [url, fake.server.url] });
    expect(snapshot.server).toBe(fake.server.url);
    const error = await failureOf({ ...fake.settings, urls: [url] });
    expect(error).toMatchObject({ code: 'unreachable', permanent: false });
    expect(error.message).toContain(url.replace('ldap://', ''));
  });

  it('a server that is busy at the bind is skipped for the next one (C19)', async () => {
    await using busy = await openSmallDirectory({}, onBind({}, answerCode(51)));
    await using fake = await openSmallDirectory({});
    const snapshot = await readDirectory({ ...fake.settings, urls: [busy.server.url, fake.server.url] });
    expect(snapshot.server).toBe(fake.server.url);
  });

  it('a run that takes too long, or is stopped, ends the read (C19)', async () => {
    const hang = onSearch(PEOPLE_SEARCH, silenceAfterEntries(0));
    expect((await failure({ runTimeoutMs: 200 }, hang)).message).toMatch(/The read was stopped: .*timeout/);
    await using fake = await openSmallDirectory({}, hang);
    const stop = new AbortController();
    const reading = readDirectory(fake.settings, {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('shutting down')),
    });
    await expect(reading).rejects.toThrow('The read was stopped: shutting down.');
  });

  it('a filter that the server cannot apply is named (F80)', async () => {
    const error = await failure({}, onSearch(GROUP_SEARCH, answerCode(21, 'invalid value')));
    expect(error).toMatchObject({ code: 'filter', permanent: true });
    expect(error.message).toContain('(objectClass=groupOfNames)');
  });
});
