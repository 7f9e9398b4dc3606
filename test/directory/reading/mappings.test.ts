/** Mappings with one filter share a search, and each group still gets the first mapping that covers it. */
import { describe, expect, it } from 'vitest';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import { ALICE, GROUPS, groupNamed, serve } from '../../support/given/directory.ts';
import { failureOf } from '../../support/given/small-directory.ts';
import { mapping, uuid } from '../../support/given/values.ts';

const FILTER = '(!(businessCategory=private))';

function unit(ou: string) {
  return { dn: `ou=${ou},${GROUPS}`, attributes: { objectClass: ['organizationalUnit'], ou: [ou] } };
}

function groupIn(ou: string, n: number, cn: string, more = {}) {
  const attributes = {
    objectClass: ['groupOfNames'],
    cn: [cn],
    entryUUID: [uuid(n)],
    member: [ALICE.dn],
    ...more,
  };
  return { dn: `cn=${cn},ou=${ou},${GROUPS}`, attributes };
}

const ENTRIES = [
  ALICE,
  unit('east'),
  unit('west'),
  groupIn('east', 11, 'red'),
  groupIn('east', 12, 'hidden', { businessCategory: ['private'] }),
  groupIn('west', 13, 'blue'),
];

/** East first, then the mapping for all others. */
function settingsFor(settings: DirectorySettings, ...bases: readonly string[]): DirectorySettings {
  return { ...settings, mappings: bases.map(baseDn => mapping({ groups: { baseDn, filter: FILTER } })) };
}

describe('mappings that share a filter', () => {
  it('share a search, and the first whose base contains a group still gets it (A21)', async () => {
    await using fake = await serve(ENTRIES);
    const snapshot = await readDirectory(settingsFor(fake.settings, `OU=East , ${GROUPS}`, GROUPS));
    expect(['red', 'hidden', 'blue'].map(name => groupNamed(snapshot, name).mapping)).toEqual([
      0,
      undefined,
      1,
    ]);
    const asked = fake.server.requests.filter(({ filter }) => filter?.includes('businessCategory'));
    expect(asked.map(({ dn }) => dn)).toEqual([GROUPS]);
  });

  it('have separate searches if no base contains the other', async () => {
    await using fake = await serve(ENTRIES);
    const bases = [`ou=west,${GROUPS}`, `ou=east,${GROUPS}`];
    const snapshot = await readDirectory(settingsFor(fake.settings, ...bases));
    expect(['red', 'hidden', 'blue'].map(name => groupNamed(snapshot, name).mapping)).toEqual([
      1,
      undefined,
      0,
    ]);
    const asked = fake.server.requests.filter(({ filter }) => filter?.includes('businessCategory'));
    expect(asked.map(({ dn }) => dn)).toEqual(bases);
  });

  it('end the read if one of their bases is missing, shared or not (F01)', async () => {
    await using fake = await serve(ENTRIES);
    const typo = `ou=typo,${GROUPS}`;
    for (const bases of [[typo], [typo, GROUPS], [GROUPS, typo]])
      expect(await failureOf(settingsFor(fake.settings, ...bases))).toMatchObject({ code: 'base_missing' });
  });
});
