/** Rollcall with a real Samba Active Directory. */
import { Attribute, Change, type Client } from 'ldapts';
import { describe, expect, it } from 'vitest';
import { makeOrganisation } from '../../dev/organisation/generate/organisation.ts';
import { writeDn } from '../../dev/organisation/model/dn.ts';
import { dnOf, type Organisation } from '../../dev/organisation/model/model.ts';
import { applyStep } from '../../dev/organisation/write/apply.ts';
import { loadOperations } from '../../dev/organisation/write/load.ts';
import { asAdmin, type DirectoryServer } from '../../dev/servers/directory.ts';
import { startSamba } from '../../dev/servers/samba.ts';
import { readDirectory } from '../../src/directory/read/read-directory.ts';
import { compareMarkers } from '../../src/directory/session/marker-order.ts';
import { checkChurnLive } from '../support/given/churn-live.ts';
import { checkVendor } from './checks.ts';
import { moveDuringReads } from './moves.ts';
import { denyListing, denyReading } from './samba-rights.ts';
import { watchGroup } from './watch.ts';

describe('Samba, an Active Directory', () => {
  const organisation = makeOrganisation({ size: 'S', dialect: 'activedirectory' });
  checkVendor(organisation, startLoaded, scene => {
    it.each(['notification', 'polling'] as const)('reports changes of a group by %s', async mechanism => {
      await watchGroup(scene(), mechanism);
    });

    it('keeps members who move during the read (G05)', async () => {
      await moveDuringReads(scene());
    });

    it.each([
      ['member', 'bf9679c0-0de6-11d0-a285-00aa003049e2'],
      ['objectSid', 'bf9679e8-0de6-11d0-a285-00aa003049e2'],
    ])('does not count a group as empty whose %s may not be read', async (attribute, schemaId) => {
      const { directory, server } = scene();
      const settings = { ...directory, groups: { ...directory.groups, primaryGroup: true } };
      const full = await readDirectory(settings);
      const group = full.groups.find(
        ({ members, name }) => name === 'chain 3' && members.kind === 'complete' && members.users.length > 0,
      );
      const { dn = '' } = group ?? {};
      await asAdmin(server, async client => {
        const giveBack = await denyReading(client, dn, schemaId);
        const { groups } = await readDirectory(settings);
        const hidden = groups.find(each => each.dn === dn);
        await giveBack();
        expect(hidden?.members).toMatchObject({
          kind: 'unknown',
          reason: expect.stringContaining(attribute),
        });
      });
      expect((await readDirectory(settings)).groups.find(each => each.dn === dn)).toEqual(group);
    });

    it('does not count people and groups as gone whose containers may not be listed (G17)', async () => {
      const { directory, server } = scene();
      const before = await readDirectory(directory);
      const container = (dn: string) => dn.slice(dn.search(/(?<!\\),/) + 1);
      const base = directory.groups.baseDn.toLowerCase();
      const group = before.groups.find(
        ({ dn, members }) =>
          container(dn).toLowerCase() !== base &&
          members.kind === 'complete' &&
          members.users.length > 0 &&
          before.causes?.get(dn)?.nested.length === 0,
      );
      const { dn = '', externalId = '', members } = group ?? {};
      const [member = -1] = members?.kind === 'complete' ? members.users : [];
      const person = before.users[member]?.dn ?? '';
      const scope = new Map([[externalId, undefined]]);
      const groupIsSeen = async () => {
        const { unclearGroups } = await readDirectory(directory, {
          targets: { groups: [], people: [], scope },
        });
        return unclearGroups.get(externalId)?.includes('exists') === true;
      };
      const personIsSeen = async () => {
        const { references } = await readDirectory(directory);
        return references.some(
          ({ value, reason, absent }) => value === person && reason === 'unreadable' && !absent,
        );
      };
      const personId = before.users[member]?.externalId ?? '';
      const lastSeen = new Map([[personId, { dn: person, name: undefined }]]);
      const personIsProved = async () => {
        const targets = { groups: [], people: [personId], lastSeen };
        return (await readDirectory(directory, { targets })).unclear.has(personId);
      };
      await asAdmin(server, async client => {
        for (const [entry, isSeen] of [
          [dn, groupIsSeen],
          [person, personIsSeen],
          [person, personIsProved],
        ] as const) {
          const giveBack = await denyListing(client, container(entry));
          const seen = await isSeen();
          await giveBack();
          expect(seen, entry).toBe(true);
        }
      });
      expect([await groupIsSeen(), await personIsSeen(), await personIsProved()]).toEqual([
        false,
        false,
        false,
      ]);
    });

    it('finds people and groups again by the bytes of objectGUID (G08)', async () => {
      const { directory } = scene();
      const whole = await readDirectory(directory);
      const people = whole.users.slice(0, 5).flatMap(({ externalId }) => externalId ?? []);
      const groups = whole.groups.slice(0, 5).flatMap(({ externalId }) => externalId ?? []);
      const some = await readDirectory(directory, { targets: { groups, people } });
      expect(some.groups.map(({ externalId }) => externalId)).toEqual(expect.arrayContaining(groups));
      expect(some.users.map(({ externalId }) => externalId)).toEqual(expect.arrayContaining(people));
    });

    it('reports its own name, which identifies its counter (G07)', async () => {
      const { marker = '' } = await readDirectory(scene().directory);
      expect(marker).toMatch(/^usn \d+ of CN=NTDS Settings,CN=DC1,/);
      expect(compareMarkers(marker, marker.replace(/\d+/, '1'))).toBe('behind');
    });

    it('has for every person the identity that Rollcall reads from the bytes of objectGUID', async () => {
      const { directory, server } = scene();
      const { users } = await readDirectory(directory);
      await asAdmin(server, async client => {
        for (const { dn, externalId } of users) {
          const { searchEntries } = await client.search(`<GUID=${externalId}>`, {
            scope: 'base',
            attributes: ['1.1'],
          });
          expect(searchEntries.map(entry => entry.dn)).toEqual([dn]);
        }
      });
    });
  });
});

describe('hinted runs of a Samba that changes', () => {
  const live = makeOrganisation({ size: 'S', dialect: 'activedirectory' });
  checkChurnLive(live, startLoaded);
});

async function startLoaded(organisation: Organisation): Promise<DirectoryServer> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startSamba());
  await asAdmin(server, async client => {
    await applyStep(client, { title: 'load', operations: [...loadOperations(organisation)] });
    await makePrimary(client, organisation, 'chain 3');
  });
  stack.move();
  return server;
}

/** Makes a group the primary group of its first member, who is then no longer among the values of `member`. */
async function makePrimary(client: Client, organisation: Organisation, cn: string): Promise<void> {
  const group = organisation.groups.find(one => one.cn === cn);
  const person = group?.members[0]?.to;
  if (group === undefined || person?.kind !== 'person') throw new Error(`nobody is in a group "${cn}"`);
  const { searchEntries } = await client.search(writeDn(dnOf(organisation, group)), {
    scope: 'base',
    attributes: ['objectSid'],
    explicitBufferAttributes: ['objectSid'],
  });
  const sid = searchEntries[0]?.['objectSid'];
  if (!Buffer.isBuffer(sid)) throw new Error(`the group "${cn}" has no objectSid`);
  // The last part of a SID distinguishes the groups of a domain.
  const values = [String(sid.readUInt32LE(sid.length - 4))];
  const modification = new Attribute({ type: 'primaryGroupID', values });
  await client.modify(
    writeDn(dnOf(organisation, person)),
    new Change({ operation: 'replace', modification }),
  );
}
