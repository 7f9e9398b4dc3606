/** What `rollcall check` says about users and member values. */
import { describe, expect, it } from 'vitest';
import { checkDirectory } from '../../../src/directory/check/check-directory.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import { group, PEOPLE, serve, user } from '../../support/given/directory.ts';
import { directory } from '../../support/given/values.ts';

const DEFAULTS = directory();

/** The findings about users and groups other than `ok`, as `level subject: message → fix`. */
async function complaints(
  entries: Parameters<typeof serve>[0],
  settings: Partial<DirectorySettings>,
): Promise<string[]> {
  await using fake = await serve(entries, settings);
  const findings = await checkDirectory(fake.settings, { clock: Date.now });
  return findings
    .slice(1)
    .filter(({ level }) => level !== 'ok')
    .map(({ level, subject, message, fix }) => `${level} ${subject}: ${message} → ${fix ?? ''}`);
}

describe('the check of users and members', () => {
  it('warns if most usernames are shared or missing (G55)', async () => {
    const alike = [1, 2, 3].map(n => user(n, `person${n}`, { sn: ['Smith'] }));
    const others = [user(4, 'dora', { sn: [] }), user(5, 'erin', { sn: ['Jones'] })];
    const entries = [...alike, ...others, group(11, 'a', [alike[0]?.dn ?? ''])];
    const users = { ...DEFAULTS.users, username: 'sn' };
    expect(await complaints(entries, { users })).toEqual([
      'warn corp users: 3 of 5 entries share their sn with another, 1 have none → Set users.username to an attribute that is unique to each person.',
    ]);
    expect(await complaints(entries, {})).toEqual([]);
  });

  it('warns if most member values, DNs or usernames, match no entry (G55)', async () => {
    const people = [1, 2, 3, 4].map(n => user(n, `person${n}`));
    const dns = people.map(entry => entry.dn);
    const entries = [...people, group(11, 'a', dns)];
    const elsewhere = { ...DEFAULTS.users, filter: '(uid=person1)' };
    const warning = `warn corp groups: 3 of 4 member values match no entry of users or groups → Check users.baseDn ("${PEOPLE}"), users.filter ((uid=person1)) and users.username (uid).`;
    expect(await complaints(entries, { users: elsewhere })).toEqual([warning]);
    expect(await complaints(entries, {})).toEqual([]);
    const posix = group(12, 'b', [], { memberUid: ['x1', 'x2', 'x3', 'x4', 'x5', 'person1'] });
    expect(await complaints([...entries, posix], {})).toEqual([]);
    expect(await complaints([...people, posix], {})).toEqual([
      expect.stringContaining('5 of 6 member values'),
    ]);
  });
});
