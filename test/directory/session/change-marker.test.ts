/** The change marker of each kind of server changes with every change of the directory. */
import { describe, expect, it } from 'vitest';
import { hideAttribute, rawValue } from '../../../dev/fake-ldap/faults/values.ts';
import type { Fault } from '../../../dev/fake-ldap/server/fault.ts';
import type { Attributes } from '../../../dev/fake-ldap/tree/ldif.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { readMarker } from '../../../src/directory/session/change-marker.ts';
import { serve, user } from '../../support/given/directory.ts';

async function markerWith(rootDse: Attributes, ...faults: Fault[]): Promise<string | undefined> {
  await using fake = await serve([], {}, { rootDse, faults });
  const { server, marker } = await readMarker(fake.settings);
  expect(server).toBe(fake.server.url);
  return marker;
}

describe('the change marker', () => {
  it('changes with every change of the directory', async () => {
    await using fake = await serve([user(1, 'alice')]);
    const before = await readMarker(fake.settings);
    expect(await readMarker(fake.settings)).toEqual(before);
    fake.server.delete(user(1, 'alice').dn);
    const after = await readMarker(fake.settings);
    expect(after.marker).toBeDefined();
    expect(after.marker).not.toBe(before.marker);
    expect((await readDirectory(fake.settings)).marker).toBe(after.marker);
  });

  it('is the contextCSN of all providers on OpenLDAP, in any order', async () => {
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
    const named = { 'lastusn;userroot': ['77'], netscapemdsuffix: ['cn=ldap://dc=ds1:389'] };
    expect(await markerWith(named)).toBe('lastusn;userroot=77 of cn=ldap://dc=ds1:389');
  });

  it('is undefined if the server has none', async () => {
    expect(await markerWith({}, hideAttribute('contextCSN'))).toBeUndefined();
  });
});
