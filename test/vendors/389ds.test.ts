/** Rollcall with a real 389 Directory Server. */
import { Attribute, Change } from 'ldapts';
import { describe, expect, it } from 'vitest';
import { makeOrganisation } from '../../dev/organisation/generate/organisation.ts';
import { ldif } from '../../dev/organisation/write/ldif.ts';
import { asAdmin, type DirectoryServer } from '../../dev/servers/directory.ts';
import { startDs389 } from '../../dev/servers/ds389.ts';
import { readDirectory } from '../../src/directory/read/read-directory.ts';
import { compareMarkers } from '../../src/directory/session/marker-order.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { checkChurnLive } from '../support/given/churn-live.ts';
import { checkVendor } from './checks.ts';
import { moveDuringReads } from './moves.ts';
import { watchGroup } from './watch.ts';

describe('389 Directory Server', () => {
  const organisation = makeOrganisation({ size: 'S', dialect: '389ds', dynamic: true });
  checkVendor(
    organisation,
    () => startDs389({ ldif: [...ldif(organisation)] }),
    scene => {
      it.each(['persistent search', 'polling'] as const)(
        'reports changes of a group by %s',
        async mechanism => {
          await watchGroup(scene(), mechanism);
        },
      );

      it('keeps members who move during the read (G05)', async () => {
        await moveDuringReads(scene());
      });

      it('reports its own name, which identifies its counter (G07)', async () => {
        const { marker = '' } = await readDirectory(scene().directory);
        expect(marker).toMatch(/^lastusn;userroot=\d+ of cn=ldap:\/\/dc=/);
        expect(compareMarkers(marker, marker.replace(/\d+/, '0'))).not.toBe('unrelated');
      });

      it('finds people and groups again by nsUniqueId (G08)', async () => {
        const { directory } = scene();
        const whole = await readDirectory(directory);
        const people = whole.users.slice(0, 5).flatMap(({ externalId }) => externalId ?? []);
        const groups = whole.groups.slice(0, 5).flatMap(({ externalId }) => externalId ?? []);
        const some = await readDirectory(directory, { targets: { groups, people } });
        expect(some.groups.map(({ externalId }) => externalId)).toEqual(expect.arrayContaining(groups));
        expect(some.users.map(({ externalId }) => externalId)).toEqual(expect.arrayContaining(people));
      });

      it('finds an entry that lost a replication conflict by its identity (G97)', async () => {
        const { directory, server } = scene();
        const { users } = await readDirectory(directory);
        const { dn = '', externalId: id = '' } =
          users.find(({ externalId }) => externalId !== undefined) ?? {};
        const loser = `description=loser+${dn}`;
        const modification = new Attribute({ type: 'objectClass', values: ['ldapSubEntry'] });
        const change = (operation: 'add' | 'delete') =>
          asAdmin(server, client => client.modify(loser, new Change({ operation, modification })));
        await asAdmin(server, client => client.modifyDN(dn, loser));
        await change('add');
        const hidden = await readDirectory(directory, { targets: { groups: [], people: [id] } });
        await change('delete');
        await asAdmin(server, client => client.modifyDN(loser, dn));
        expect([hidden.users.length, hidden.unclear.get(id)?.length]).toEqual([0, 1]);
      });

      it('does not report a group as empty if its members may not be read', async () => {
        const { directory, server } = scene();
        const whole = await readDirectory(directory);
        const { dn = '' } =
          whole.groups.find(({ members }) => members.kind === 'complete' && members.users.length > 0) ?? {};
        const rule =
          '(targetattr="member || uniqueMember || memberUid")(version 3.0; acl "secret"; deny (all) userdn="ldap:///anyone";)';
        const modification = new Attribute({ type: 'aci', values: [rule] });
        const change = (operation: 'add' | 'delete') =>
          asAdmin(server, client => client.modify(dn, new Change({ operation, modification })));
        await change('add');
        const hidden = await readDirectory(directory);
        await change('delete');
        const kindIn = ({ groups }: Snapshot) => groups.find(each => each.dn === dn)?.members.kind;
        expect([kindIn(hidden), kindIn(await readDirectory(directory))]).toEqual(['unknown', 'complete']);
      });

      it('denies a memberURL that a group does not have, but none that the account may not read (G01)', async () => {
        const { directory, server } = scene();
        const { causes } = await readDirectory(directory);
        const [dn = '', { urls } = { urls: [] }] =
          [...(causes ?? [])].find(([, group]) => group.urls.length > 0) ?? [];
        const isDenied = async (url: string) => {
          const members = [{ key: 'a member', id: '', dns: [], usernames: [], former: [], entry: undefined }];
          const former = { dns: [], urls: [url], bitStrings: [] };
          const denial = {
            groups: [dn],
            members,
            former,
            unfound: [],
            urls: [],
            numbers: [],
            sources: [],
            complete: true,
          };
          const targets = { groups: [], people: [], denials: [denial] };
          return (await readDirectory(directory, { targets })).undenied?.size === 0;
        };
        const [shown = ''] = urls;
        const other = shown.replace('?sub?', '?one?');
        expect([await isDenied(shown), await isDenied(other)]).toEqual([false, true]);
        const rule = `(targetattr="memberURL")(version 3.0; acl "secret"; deny (all) userdn="ldap:///anyone";)`;
        const modification = new Attribute({ type: 'aci', values: [rule] });
        await asAdmin(server, client => client.modify(dn, new Change({ operation: 'add', modification })));
        expect([await isDenied(shown), await isDenied(other)]).toEqual([false, false]);
        await asAdmin(server, client => client.modify(dn, new Change({ operation: 'delete', modification })));
      });

      it.each([
        ['candidates', 'nsPagedLookThroughLimit', 'admin_limit'],
        ['entries of a page', 'nsPagedSizeLimit', 'size_limit'],
      ])('ends the read if the account may not get more than 20 %s (F12)', async (_, limit, code) => {
        const { directory, server } = scene();
        await setLimit(server, limit, '20');
        await expect(readDirectory({ ...directory, pageSize: 50 })).rejects.toMatchObject({ code });
        await setLimit(server, limit, '-1');
        expect((await readDirectory(directory)).whole).toBe(true);
      });
    },
  );
});

describe('hinted runs of a 389 Directory Server that changes', () => {
  const live = makeOrganisation({ size: 'S', dialect: '389ds' });
  checkChurnLive(live, () => startDs389({ ldif: [...ldif(live)] }));
});

/** Sets a limit of the account that reads; -1 is none. */
async function setLimit(server: DirectoryServer, limit: string, value: string): Promise<void> {
  const modification = new Attribute({ type: limit, values: [value] });
  const change = new Change({ operation: 'replace', modification });
  await asAdmin(server, client => client.modify(server.bindDn, change));
}
