import { describe, expect, it } from 'vitest';
import type { Fault } from '../../dev/ldap-server/fault.ts';
import { hideAttribute, rawValue } from '../../dev/ldap-server/faults/values.ts';
import type { Attributes } from '../../dev/ldap-server/ldif.ts';
import { checkDirectory } from '../../src/directory/check.ts';
import { readMarker } from '../../src/directory/marker.ts';
import { readDirectory } from '../../src/directory/read.ts';
import { mapping } from '../support/builders.ts';
import { GROUPS, group, scene, user } from './scene.ts';

async function markerWith(rootDse: Attributes, ...faults: Fault[]): Promise<string | undefined> {
  await using place = await scene([], {}, { rootDse, faults });
  const { server, marker } = await readMarker(place.settings);
  expect(server).toBe(place.server.url);
  return marker;
}

describe('the change marker', () => {
  it('moves with every change', async () => {
    await using place = await scene([user(1, 'alice')]);
    const before = await readMarker(place.settings);
    expect(await readMarker(place.settings)).toEqual(before);
    place.server.delete(user(1, 'alice').dn);
    const after = await readMarker(place.settings);
    expect(after.marker).toBeDefined();
    expect(after.marker).not.toBe(before.marker);
    expect((await readDirectory(place.settings)).marker).toBe(after.marker);
  });

  it('is the contextCSN of all providers on OpenLDAP, in whatever order they come', async () => {
    const second = '00000101000000.000000Z#000000#002#000000';
    expect(await markerWith({}, rawValue('contextCSN', Buffer.from(second)))).toMatch(
      /^00000101000000\.000000Z#000000#002#000000 \d{14}\.\d{6}Z#[0-9a-f#]+$/,
    );
  });

  it('is a number of one controller on Active Directory', async () => {
    const root = { highestCommittedUSN: ['12345'], dsServiceName: ['CN=NTDS Settings,CN=DC1'] };
    expect(await markerWith(root)).toBe('usn 12345 of CN=NTDS Settings,CN=DC1');
  });

  it('is a number of each back end on 389', async () => {
    expect(await markerWith({ 'lastusn;userroot': ['77'] })).toBe('lastusn;userroot=77');
  });

  it('is missing where the server offers none', async () => {
    expect(await markerWith({}, hideAttribute('contextCSN'))).toBeUndefined();
  });
});

describe('the check of a directory', () => {
  it('says what each server is and what the configuration finds in it', async () => {
    const mappings = [
      mapping({ groups: { filter: '(cn=eng-*)' } }),
      mapping({ groups: { filter: '(cn=typo-*)' } }),
    ];
    const sentinels = [`cn=eng-a,${GROUPS}`, `cn=gone,${GROUPS}`];
    const alice = user(1, 'alice');
    const faults = [hideAttribute('contextCSN')];
    await using place = await scene(
      [alice, group(11, 'eng-a', [alice.dn])],
      { mappings, sentinels },
      { faults },
    );
    await using gone = await scene([]);
    await gone.server.close();
    const findings = await checkDirectory({ ...place.settings, urls: [gone.server.url, place.server.url] });
    expect(findings.map(({ subject, level, message }) => `${level} ${subject}: ${message}`)).toEqual([
      expect.stringMatching(/^fail corp ldap:.*cannot be reached/),
      `warn corp ${place.server.url}: rfc4519, not encrypted, bound as dn:cn=rollcall,dc=test`,
      expect.stringMatching(/^warn corp .*no change marker/),
      'ok corp users: 1 entries',
      'ok corp groups: 1 entries',
      'ok corp mapping 1: 1 groups for team platform',
      expect.stringMatching(/^warn corp mapping 2: no entry below ou=groups,dc=test matches .*typo/),
      `ok corp sentinel cn=eng-a,${GROUPS}: visible, with members`,
      `fail corp sentinel cn=gone,${GROUPS}: is missing, or the account may not see it`,
    ]);
  });

  it('F33: names attributes that no entry shows, and mappings outside of what is read', async () => {
    const alice = user(1, 'alice', { mail: [] });
    const users = { ...(await defaults()).users, username: 'sAMAccountName' };
    const mappings = [mapping({ groups: { baseDn: 'ou=elsewhere,dc=test' } })];
    await using place = await scene([alice, group(11, 'a', [alice.dn])], {
      users,
      mappings,
      idAttribute: 'objectGUID',
    });
    const findings = await checkDirectory(place.settings);
    const failed = findings.filter(({ level }) => level === 'fail').map(({ message }) => message);
    expect(failed).toEqual([
      'none of 1 entries shows objectGUID, sAMAccountName',
      'none of 1 entries shows objectGUID',
      'ou=elsewhere,dc=test is not below groups.baseDn',
    ]);
  });
});

async function defaults() {
  await using place = await scene([]);
  return place.settings;
}
