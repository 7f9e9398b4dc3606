/** A real OpenLDAP that changes while it is read one entry a page, and two servers with different states behind one port. */
import { Attribute, Change, Client } from 'ldapts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asAdmin } from '../../../dev/servers/directory.ts';
import type { Slapd } from '../../../dev/servers/slapd.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import type { Snapshot } from '../../../src/model/snapshot.ts';
import { groupNamed } from '../../support/given/directory.ts';
import {
  GROUPS,
  groupRecord,
  PEOPLE,
  personRecord,
  slapdSettings,
  UNITS,
  unitRecord,
} from '../../support/given/slapd-company.ts';
import { uuid } from '../../support/given/values.ts';
import { startTcpProxy } from '../../support/proxies/tcp-proxy.ts';
import { startSlapd } from '../../support/servers/slapd.ts';

function groupEntry(n: number, cn: string, ...member: readonly string[]): string {
  return groupRecord(
    n,
    cn,
    member.map(dn => `member: ${dn}`),
  );
}

/** `early` and `late` contain `lab`, which is stored between them. slapd returns pages in the order of storage. */
const LDIF = [
  ...UNITS,
  unitRecord(`ou=sales,${PEOPLE}`),
  unitRecord(`ou=old,${GROUPS}`),
  personRecord(1, 'alice'),
  personRecord(2, 'bob'),
  personRecord(3, 'carol'),
  groupEntry(11, 'early', `uid=bob,${PEOPLE}`, `cn=lab,${GROUPS}`, `uid=alice,${PEOPLE}`),
  groupEntry(12, 'between'),
  groupEntry(13, 'lab', `uid=carol,${PEOPLE}`),
  groupEntry(14, 'then'),
  groupEntry(15, 'late', `cn=lab,${GROUPS}`, `uid=alice,${PEOPLE}`),
].join('\n');

function settingsFor(slapd: Pick<Slapd, 'url' | 'bindDn' | 'bindPassword'>): DirectorySettings {
  return {
    ...slapdSettings(slapd, { groups: { filter: '(objectClass=groupOfMembers)' } }),
    pageSize: 1,
    // This makes every query except the first call `pause`, in which the test changes the directory.
    queriesPerSecond: 1,
  };
}

/** Whether a group has that user, or reports one of these DNs as unresolved. */
function isKept(snapshot: Snapshot, name: string, username: string, dns: readonly string[]): boolean {
  const { members } = groupNamed(snapshot, name);
  if (members.kind === 'unknown') return true;
  const keys = [...members.references].map(index => snapshot.references[index]?.key);
  return (
    [...members.users].some(index => snapshot.users[index]?.username === username) ||
    dns.some(dn => keys.includes(`dn:${dn}`))
  );
}

describe('OpenLDAP, read while it changes', () => {
  let slapd: Slapd;
  let admin: Client;
  beforeAll(async () => {
    slapd = await startSlapd({ ldif: LDIF });
    admin = new Client({ url: slapd.url });
    await admin.bind(slapd.adminDn, slapd.adminPassword);
  });
  afterAll(async () => {
    await admin.unbind();
    await slapd[Symbol.asyncDispose]();
  });

  async function move(from: string, to: string): Promise<void> {
    await admin.modifyDN(from, to);
    for (const cn of ['early', 'late']) {
      const change = (operation: 'add' | 'delete', dn: string) =>
        new Change({ operation, modification: new Attribute({ type: 'member', values: [dn] }) });
      await admin.modify(`cn=${cn},${GROUPS}`, [change('delete', from), change('add', to)]);
    }
  }

  it.each([
    ['a person (G05)', `uid=alice,${PEOPLE}`, `uid=alice,ou=sales,${PEOPLE}`, 'alice'],
    ['a nested group (G06)', `cn=lab,${GROUPS}`, `cn=lab,ou=old,${GROUPS}`, 'carol'],
  ])(
    'loses no member without a report when this moves between two pages: %s',
    async (_, from, to, username) => {
      let [here, there] = [from, to];
      let moved = true;
      for (let at = 1; moved; at += 1) {
        moved = false;
        let waits = 0;
        const pause = async () => {
          waits += 1;
          if (waits !== at) return;
          moved = true;
          await move(here, there);
        };
        const snapshot = await readDirectory(settingsFor(slapd), { pause });
        for (const name of ['early', 'late'])
          expect(isKept(snapshot, name, username, [here, there]), `${name}, moved before query ${at}`).toBe(
            true,
          );
        expect([...snapshot.users, ...snapshot.groups].filter(({ idIssue }) => idIssue)).toEqual([]);
        expect(snapshot.stable).toBe(!moved);
        // A read by identity without changes then finds the final state.
        const targets = { groups: [uuid(11), uuid(15)], people: [uuid(1)] };
        const again = await readDirectory({ ...settingsFor(slapd), queriesPerSecond: 0 }, { targets });
        expect(again.stable).toBe(true);
        for (const name of ['early', 'late']) expect(isKept(again, name, username, [])).toBe(true);
        if (moved) [here, there] = [there, here];
      }
    },
  );

  it('is consistent while nothing changes (G08)', async () => {
    expect((await readDirectory({ ...settingsFor(slapd), queriesPerSecond: 0 })).stable).toBe(true);
  });
});

describe('two OpenLDAP servers with different states behind one port', () => {
  it.each(['older', 'newer'])(
    'are rejected if the %s one answers first; each alone is accepted (G07)',
    async first => {
      await using older = await startSlapd({ ldif: LDIF });
      await using newer = await startSlapd({ ldif: LDIF });
      await asAdmin(newer, client => client.modifyDN(`uid=bob,${PEOPLE}`, `uid=bob,ou=sales,${PEOPLE}`));
      const servers = first === 'older' ? [older, newer] : [newer, older];
      await using proxy = await startTcpProxy(servers.map(({ port }) => port));
      const url = `ldap://127.0.0.1:${proxy.port}`;
      const settings = { ...settingsFor({ ...older, url }), queriesPerSecond: 0 };
      await expect(readDirectory(settings)).rejects.toMatchObject({
        code: 'interrupted',
        message: expect.stringMatching(/, which is older\. .*list each server with its own URL/),
      });
      const { marker = '' } = await readDirectory({ ...settings, urls: [newer.url] });
      await expect(
        readDirectory({ ...settings, urls: [older.url] }, { position: marker }),
      ).rejects.toMatchObject({
        code: 'server_behind',
      });
      const urls = [older.url, newer.url];
      expect((await readDirectory({ ...settings, urls }, { position: marker })).server).toBe(newer.url);
    },
  );
});
