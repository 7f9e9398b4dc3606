/** An anonymised snapshot plans the same, and has no name. ROLLCALL_SNAPSHOT_SEEDS reads more random organisations. */
import { describe, expect, it } from 'vitest';
import { startLdapServer } from '../../../dev/fake-ldap/server/server.ts';
import { type LdifEntry, parseLdif } from '../../../dev/fake-ldap/tree/ldif.ts';
import { makeOrganisation } from '../../../dev/organisation/generate/organisation.ts';
import { localTeams, localUsers, manualGroups } from '../../../dev/organisation/truth/local.ts';
import { directorySettings } from '../../../dev/organisation/truth/settings.ts';
import { ldif } from '../../../dev/organisation/write/ldif.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { current } from '../../support/given/current.ts';
import { BIND } from '../../support/given/directory.ts';
import { applied, loaded, planOf, planTwice, shapeOf } from './planned.ts';
import { textsIn, tokensOf, wordsOf } from './words.ts';

const SEEDS = Number(process.env['ROLLCALL_SNAPSHOT_SEEDS'] ?? 1);
/** Words of the schema, and codes of the file: these names of the organisation are no names there. */
const CODES = new Set([
  'employeenumber',
  'givenname',
  'username',
  'disabled',
  'scope',
  'empty',
  'local',
  'rollcall',
]);

/** Removes some people, and some values of groups. */
function later(entries: readonly LdifEntry[], seed: number): LdifEntry[] {
  return entries.flatMap(({ dn, attributes }, index) => {
    if ((index + seed) % 29 === 0 && attributes['uid'] !== undefined) return [];
    const { member } = attributes;
    if (member === undefined || member.length < 3 || (index + seed) % 3 > 0) return [{ dn, attributes }];
    return [{ dn, attributes: { ...attributes, member: member.filter((_, at) => at % 5 !== 1) } }];
  });
}

describe('an anonymised snapshot', () => {
  it.each(Array.from({ length: SEEDS }, (_, seed) => seed))(
    'plans the same as the random organisation %s, and names nothing of it',
    async seed => {
      const organisation = makeOrganisation({ size: 'S', seed: `${seed}`, dynamic: true });
      const entries = parseLdif([...ldif(organisation)].join(''));
      const access = { bindDn: BIND.dn, bindPassword: BIND.password };
      await using server = await startLdapServer({ entries, accounts: [BIND] });
      const settings = {
        ...directorySettings(organisation, { url: server.url, ...access }),
        pageSize: 50,
        protect: ['a*', '*.one'],
      };
      settings.groups = { ...settings.groups, exclude: ['*ole*', 'list-*'] };
      settings.mappings = settings.mappings.map(rule => ({ ...rule, name: `of${rule.team}{cn}` }));
      const empty = current({
        teams: localTeams().map(({ slug, projects }, at) => ({ id: at + 1, slug, projects })),
        users: localUsers(organisation).map(({ username, email }, at) => ({
          id: at + 1,
          username,
          email,
          linked: false,
        })),
        manual: manualGroups().map(({ name }) => ({ id: 1, teamId: 1, name, type: 50, managed: false })),
      });
      const before = await planOf(readDirectory, settings, empty);
      const state = applied(empty, before.plan);
      await using changed = await startLdapServer({ entries: later(entries, seed), accounts: [BIND] });
      const now = { ...settings, urls: [changed.url] };
      const { planned, again, derived, text } = await planTwice(now, read => loaded(read, now, state));
      expect(planned.plan.counts).toMatchObject({ remove: expect.toSatisfy(count => count > 0) });
      expect(shapeOf(again)).toEqual(shapeOf(planned));
      expect(derived).toBe(0);
      const local = [localUsers(organisation), localTeams(), manualGroups(), BIND];
      const names = [...wordsOf(entries), ...tokensOf(textsIn(JSON.stringify(local)))];
      const written = tokensOf(textsIn(text));
      expect(names.filter(word => written.has(word) && !CODES.has(word))).toEqual([]);
    },
  );
});
