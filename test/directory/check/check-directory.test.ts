/** The check of a directory reports what would make its reads wrong or incomplete. */
import { describe, expect, it } from 'vitest';
import { answerCode, meanwhile } from '../../../dev/fake-ldap/faults/answers.ts';
import { hideAttribute } from '../../../dev/fake-ldap/faults/values.ts';
import { type Fault, onBind, searchFault } from '../../../dev/fake-ldap/server/fault.ts';
import { checkDirectory } from '../../../src/directory/check/check-directory.ts';
import type { Finding } from '../../../src/model/run.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import { BIND, GROUPS, group, PEOPLE, serve, user } from '../../support/given/directory.ts';
import { SMALL_ENTRIES } from '../../support/given/small-directory.ts';
import { directory, mapping } from '../../support/given/values.ts';

const DEFAULTS = directory();
const alice = user(1, 'alice');
const SMALL = [alice, group(11, 'a', [alice.dn])];

/** The findings of a check other than `ok`, as `level subject: message → fix`. */
async function complaints(
  entries: Parameters<typeof serve>[0],
  settings: Partial<DirectorySettings>,
  { faults = [], clock = Date.now }: { faults?: readonly Fault[]; clock?: () => number } = {},
): Promise<string[]> {
  await using fake = await serve(entries, settings, { faults });
  const findings = await checkDirectory(fake.settings, { clock });
  return findings
    .slice(1)
    .filter(({ level }) => level !== 'ok')
    .map(text);
}

function text({ level, subject, message, fix }: Finding): string {
  return `${level} ${subject}: ${message} → ${fix ?? ''}`;
}

describe('the check of a directory', () => {
  it('describes each server and what the configuration finds in it', async () => {
    const mappings = [
      mapping({ groups: { filter: '(cn=eng-*)' } }),
      mapping({ groups: { filter: '(cn=typo-*)' } }),
    ];
    const sentinels = [`cn=eng-a,${GROUPS}`, `cn=gone,${GROUPS}`];
    const alice = user(1, 'alice');
    const faults = [hideAttribute('contextCSN')];
    await using fake = await serve(
      [alice, group(11, 'eng-a', [alice.dn])],
      { mappings, sentinels },
      { faults },
    );
    await using gone = await serve([]);
    await gone.server.close();
    const findings = await checkDirectory({ ...fake.settings, urls: [gone.server.url, fake.server.url] });
    expect(findings.map(({ subject, level, message }) => `${level} ${subject}: ${message}`)).toEqual([
      expect.stringMatching(/^fail corp ldap:.*cannot be reached/),
      `warn corp ${fake.server.url}: rfc4519, not encrypted, bound as dn:cn=rollcall,dc=test`,
      expect.stringMatching(/^warn corp .*no change marker/),
      'ok corp users: 1 entries',
      'ok corp groups: 1 entries',
      'ok corp mapping 1: 1 groups for team platform',
      expect.stringMatching(/^warn corp mapping 2: no entry below ou=groups,dc=test matches .*typo/),
      `ok corp sentinel cn=eng-a,${GROUPS}: visible, with members`,
      `fail corp sentinel cn=gone,${GROUPS}: is missing, or the account may not see it`,
    ]);
  });

  it('counts the groups of a mapping after the name patterns, and reports when these exclude all of them', async () => {
    const mappings = [
      mapping({ groups: { filter: '(cn=eng-*)' } }),
      mapping({ groups: { filter: '(cn=old-*)' } }),
    ];
    const alice = user(1, 'alice');
    const names = ['eng-a', 'eng-b', 'eng-old', 'old-c'];
    const entries = names.map((name, n) => group(11 + n, name, [alice.dn]));
    await using fake = await serve([alice, ...entries], {
      mappings,
      groups: { ...directory().groups, exclude: ['*old*'] },
    });
    const found = await checkDirectory(fake.settings);
    expect(found.filter(({ subject }) => /mapping/.test(subject)).map(text)).toEqual([
      'ok corp mapping 1: 2 groups for team platform, 1 others excluded by groups.include and groups.exclude → ',
      expect.stringMatching(
        /^warn corp mapping 2: all of 1 groups are excluded by name → Check groups.include/,
      ),
    ]);
  });

  it('rejects a sentinel that is a dynamic group, because it lists no members', async () => {
    const all = group(11, 'all', [], {
      objectClass: ['groupOfURLs'],
      memberURL: [`ldap:///${GROUPS}??sub?(cn=*)`],
    });
    await using fake = await serve([user(1, 'alice'), all], { sentinels: [all.dn] });
    const found = await checkDirectory(fake.settings);
    expect(found.map(text)).toContainEqual(
      expect.stringMatching(
        /^fail corp sentinel cn=all,.*: is a dynamic group, which proves nothing: choose a group/,
      ),
    );
  });

  it('names attributes that no entry shows, and mappings outside groups.baseDn (F33)', async () => {
    const alice = user(1, 'alice', { mail: [] });
    const users = { ...DEFAULTS.users, username: 'sAMAccountName' };
    const mappings = [mapping({ groups: { baseDn: 'ou=elsewhere,dc=test' } })];
    await using fake = await serve([alice, group(11, 'a', [alice.dn])], {
      users,
      mappings,
      idAttribute: 'objectGUID',
    });
    const findings = await checkDirectory(fake.settings);
    const failed = findings.filter(({ level }) => level === 'fail').map(({ message }) => message);
    expect(failed).toEqual([
      'none of 1 entries shows objectGUID, sAMAccountName',
      'none of 1 entries shows objectGUID',
      'ou=elsewhere,dc=test is not below groups.baseDn',
    ]);
  });

  it('reads one page of everything, even in a large directory', async () => {
    await using fake = await serve(SMALL_ENTRIES, { pageSize: 5 });
    const findings = await checkDirectory(fake.settings);
    expect(findings.map(({ message }) => message)).toContain('more than 5 entries');
    const pages = fake.server.requests.filter(({ dn, cookie }) => dn === PEOPLE && cookie !== undefined);
    expect(pages.map(({ cookie }) => cookie)).toEqual(['']);
  });

  it.each<[string, Partial<DirectorySettings>, string]>([
    [
      'a base that is missing (F80)',
      { users: { ...DEFAULTS.users, baseDn: 'ou=typo,dc=test' } },
      'fail corp users: Search below "ou=typo,dc=test" for (objectClass=inetOrgPerson) (0 entries read): no such entry, or the account may not see it (LDAP result 32, There is no entry "ou=typo,dc=test"). → Check the base DN and the read access of the account.',
    ],
    [
      'a filter that matches nothing (F80)',
      { users: { ...DEFAULTS.users, filter: '(objectClass=posixAccount)' } },
      `fail corp users: no entry below ${PEOPLE} matches (objectClass=posixAccount) → Check the base, the filter and the read access of the account.`,
    ],
    [
      'an identity attribute that no entry shows',
      { idAttribute: 'nsUniqueId', mappings: [] },
      'fail corp users: none of 1 entries shows nsUniqueId → Check the name in the configuration and the read access of the account.',
    ],
  ])('%s is reported with a fix', async (_, settings, complaint) => {
    expect((await complaints(SMALL, settings))[0]).toBe(complaint);
  });

  it('reports entries that share an identity, and those that have none', async () => {
    const twin = user(1, 'twin');
    expect(await complaints([...SMALL, twin], {})).toEqual([
      'fail corp users: 1 entries share their entryUUID with another → Set idAttribute to an attribute that the server keeps unique, or to auto.',
    ]);
    const nameless = user(2, 'nameless', { entryUUID: ['none'] });
    expect(await complaints([...SMALL, nameless], {})).toEqual([
      'warn corp users: 1 of 2 entries have no usable entryUUID and would be ignored → Give the account read access to it, or set idAttribute to another attribute.',
    ]);
  });

  it('fails if no group shows a member, because a missing access right looks the same', async () => {
    expect(await complaints(SMALL, {}, { faults: [hideAttribute('member')] })).toEqual([
      'fail corp groups: none of 1 entries shows member, uniqueMember, memberUid, memberURL → Check the name in the configuration and the read access of the account.',
    ]);
  });

  it('reports a limit of the server that is below pageSize', async () => {
    const cap = searchFault((search, answer) =>
      answer(
        search.page ? { ...search, page: { ...search.page, size: Math.min(search.page.size, 4) } } : search,
      ),
    );
    expect(await complaints(SMALL_ENTRIES, { pageSize: 10 }, { faults: [cap] })).toEqual([
      'warn corp users: the server returns 4 entries a page, but pageSize is 10 → Set pageSize to 4, or increase the limit of the server.',
    ]);
  });

  it('reports the duration of a search without an index', async () => {
    const now = { ms: Date.now() };
    const slow = searchFault((search, answer) => {
      if (search.dn === PEOPLE) now.ms += 4200;
      return answer(search);
    });
    const users = { ...DEFAULTS.users, filter: '(&(objectClass=inetOrgPerson)(!(employeeType=guest)))' };
    expect(await complaints(SMALL, { users }, { faults: [slow], clock: () => now.ms })).toEqual([
      'warn corp users: the first page took 4.2 s, which suggests a missing index → Index objectClass, employeeType on the server.',
    ]);
  });

  it('compares clocks, by the time of the server or by a modification in the future', async () => {
    const anHourAgo = () => Date.now() - 3_600_000;
    const complaint =
      /clocks of the server and of Rollcall differ by 60 minutes → Synchronise both with NTP\./;
    expect(await complaints(SMALL, {}, { clock: anHourAgo })).toEqual([
      expect.stringMatching(complaint),
      expect.stringMatching(complaint),
    ]);
    const now = new Date('2026-03-01T12:00:00Z');
    await using fake = await serve([], {}, { rootDse: { currentTime: ['20260301130000.0Z'] } });
    const [, second] = await checkDirectory(fake.settings, { clock: () => now.getTime() });
    expect(second && text(second)).toMatch(complaint);
  });
});

describe('the check of servers', () => {
  it('does not send a refused password to another server (F93)', async () => {
    await using one = await serve(SMALL);
    await using two = await serve(SMALL);
    const urls = [one.server.url, two.server.url];
    const findings = await checkDirectory({ ...one.settings, urls, bindPassword: 'wrong-secret' });
    expect(findings.map(text)).toEqual([
      `fail corp ${urls[0]}: Bind as ${BIND.dn} on ${urls[0]}: invalid credentials (LDAP result 49, Wrong name or password). → Check bindDn and bindPassword.`,
      `warn corp ${urls[1]}: not tried: ${urls[0]} refused the password, and another attempt could lock the account → `,
    ]);
    expect([...one.server.requests, ...two.server.requests].map(({ op }) => op)).toEqual(['bind']);
    expect(JSON.stringify(findings)).not.toContain('wrong-secret');
  });

  it('checks every server, and the contents of the first usable one', async () => {
    await using busy = await serve(SMALL, {}, { faults: [onBind({}, answerCode(51))] });
    await using one = await serve(SMALL);
    await using two = await serve(SMALL);
    const urls = [busy, one, two].map(({ server }) => server.url);
    const findings = await checkDirectory({ ...one.settings, urls });
    expect(findings.slice(0, 3).map(({ subject, level }) => `${level} ${subject}`)).toEqual([
      `fail corp ${urls[0]}`,
      `warn corp ${urls[1]}`,
      `warn corp ${urls[2]}`,
    ]);
    expect(two.server.requests.some(({ dn }) => dn === PEOPLE)).toBe(false);
  });

  it('ends with a finding if the connection to the server is lost during the check', async () => {
    await using fake = await serve(SMALL);
    fake.server.inject(meanwhile(() => void fake.server.close()));
    const findings = await checkDirectory(fake.settings);
    expect(findings.map(({ level }) => level)).toEqual(['fail']);
  });
});
