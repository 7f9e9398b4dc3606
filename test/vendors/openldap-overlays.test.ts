/** Rollcall with OpenLDAP and its overlays memberof and dynlist. */
import { AndFilter, EqualityFilter } from 'ldapts';
import { describe, expect, it } from 'vitest';
import { makeOrganisation } from '../../dev/organisation/generate/organisation.ts';
import { writeDn } from '../../dev/organisation/model/dn.ts';
import { dnOf } from '../../dev/organisation/model/model.ts';
import { applyStep } from '../../dev/organisation/write/apply.ts';
import { ldif } from '../../dev/organisation/write/ldif.ts';
import { setMembers } from '../../dev/organisation/write/operations.ts';
import { asAdmin } from '../../dev/servers/directory.ts';
import { readDirectory } from '../../src/directory/read/read-directory.ts';
import { parseFilter } from '../../src/directory/syntax/filter-parser.ts';
import type { DirectorySettings } from '../../src/model/settings.ts';
import { startSlapd } from '../support/servers/slapd.ts';
import { checkVendor } from './checks.ts';

describe('OpenLDAP with memberof and dynlist', () => {
  const organisation = makeOrganisation({ size: 'S', dialect: 'openldap', dynamic: true });
  // If that limit or paging applied to the searches of dynlist, groups would be incomplete.
  const limits = { unpaged: 2 };
  const start = () =>
    startSlapd({ ldif: [...ldif(organisation)], overlays: ['memberof', 'dynlist'], limits });

  checkVendor(organisation, start, scene => {
    it('shows in dynamic groups the people whom their URLs find, each once', async () => {
      const { directory, server } = scene();
      const { groups } = directory;
      const dynamic = organisation.groups.filter(({ shape }) => shape === 'groupOfURLs');
      const read = async (settings: DirectorySettings) => {
        const people = await peopleByGroup(settings);
        return dynamic.map(({ id, cn }) => [cn, people.get(id)]);
      };
      const shown = await read(directory);
      const { searchEntries } = await asAdmin(server, client =>
        client.search(groups.baseDn, { filter: '(objectClass=groupOfURLs)', attributes: ['member'] }),
      );
      const filled = searchEntries.filter(({ member = [] }) => member.length > 0);
      // All except the two that match no person.
      expect(filled).toHaveLength(dynamic.length - 2);
      // The server does not return `member` unless it is requested.
      expect(shown).toEqual(await read({ ...directory, groups: { ...groups, members: ['memberUid'] } }));
      expect(shown).toEqual(await read({ ...directory, pageSize: 2 }));
      // If Rollcall does not recognise OpenLDAP, it requests the attributes that the server shows already.
      expect(shown).toEqual(await read({ ...directory, vendor: 'rfc4519' }));
    });

    it('lists in memberOf the groups in which Rollcall finds people', async () => {
      const { directory, server } = scene();
      const { baseDn, filter } = directory.users;
      const people = await peopleByGroup(directory);
      const flat = organisation.groups
        .filter(({ id }) => people.has(id))
        .filter(({ shape }) => shape === 'groupOfNames' || shape === 'groupOfUniqueNames')
        .filter(({ members }) => members.length > 0 && members.every(({ to }) => to.kind === 'person'));
      expect(flat.length).toBeGreaterThan(50);
      const operations = flat.map(group => setMembers(organisation, group, group.members));
      await asAdmin(server, async client => {
        await applyStep(client, { title: 'the same members again', operations });
        for (const group of flat) {
          const value = writeDn(dnOf(organisation, group));
          const noted = new EqualityFilter({ attribute: 'memberOf', value });
          const both = new AndFilter({ filters: [parseFilter(filter), noted] });
          const { searchEntries } = await client.search(baseDn, { filter: both, attributes: ['1.1'] });
          expect(searchEntries.map(entry => entry.dn).sort(), group.cn).toEqual(people.get(group.id));
        }
      });
    });
  });
});

/** DNs of the people in every group, by its identity. */
async function peopleByGroup(settings: DirectorySettings): Promise<Map<string | undefined, string[]>> {
  const { users, groups } = await readDirectory(settings);
  return new Map(
    groups.map(({ externalId, dn, members }) => {
      if (members.kind === 'unknown') throw new Error(`the members of ${dn} are unknown: ${members.reason}`);
      return [externalId, Array.from(members.users, user => users[user]?.dn ?? '').sort()];
    }),
  );
}
