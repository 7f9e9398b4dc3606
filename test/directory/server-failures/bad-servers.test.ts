import { describe, expect, it } from 'vitest';
import { answerCode, silenceAfterEntries } from '../../../dev/fake-ldap/faults/answers.ts';
import { onBind, onSearch } from '../../../dev/fake-ldap/server/fault.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { BIND } from '../../support/given/directory.ts';
import {
  failure,
  failureOf,
  GROUP_SEARCH,
  openTownDirectory,
  PEOPLE_SEARCH,
} from '../../support/given/directory-town.ts';

describe('a server that cannot be used', () => {
  it('a refused password is permanent, tried once, and never shown (F93)', async () => {
    await using place = await openTownDirectory({});
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
  ])('Active Directory code %s means: %s (F93)', async (data, reason) => {
    const text = `80090308: LdapErr: DSID-0C090453, comment: AcceptSecurityContext error, data ${data}, v4563\0`;
    const error = await failure({}, onBind({}, answerCode(49, text)));
    expect(error.message).toContain(`(LDAP result 49, ${reason})`);
  });

  it.each([{ bindPassword: '' }, { bindDn: '' }])('%o is refused before connecting (F93)', async empty => {
    await using place = await openTownDirectory({});
    expect(await failureOf({ ...place.settings, ...empty })).toMatchObject({
      code: 'bind_refused',
      permanent: true,
    });
    expect(place.server.requests).toEqual([]);
  });

  it('an unreachable server is skipped for the next one, and named if there is none (C19)', async () => {
    await using place = await openTownDirectory({});
    await using gone = await openTownDirectory({});
    await gone.server.close();
    const { url } = gone.server;
    const snapshot = await readDirectory({ ...place.settings, urls: [url, place.server.url] });
    expect(snapshot.server).toBe(place.server.url);
    const error = await failureOf({ ...place.settings, urls: [url] });
    expect(error).toMatchObject({ code: 'unreachable', permanent: false });
    expect(error.message).toContain(url.replace('ldap://', ''));
  });

  it('a server that is busy at the bind is skipped for the next one (C19)', async () => {
    await using busy = await openTownDirectory({}, onBind({}, answerCode(51)));
    await using place = await openTownDirectory({});
    const snapshot = await readDirectory({ ...place.settings, urls: [busy.server.url, place.server.url] });
    expect(snapshot.server).toBe(place.server.url);
  });

  it('a run that takes too long, or is stopped, ends the read (C19)', async () => {
    const hang = onSearch(PEOPLE_SEARCH, silenceAfterEntries(0));
    expect((await failure({ runTimeoutMs: 200 }, hang)).message).toMatch(/The read was stopped: .*timeout/);
    await using place = await openTownDirectory({}, hang);
    const stop = new AbortController();
    const reading = readDirectory(place.settings, {
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
