/** Members in doubt at the terminal: their list and the decisions. */

import { sql } from 'kysely';
import { Client } from 'ldapts';
import { describe, expect, it } from 'vitest';
import { personDn } from '../../support/given/company.ts';
import { callCommand, openInstallation } from '../../support/given/installation.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';

const BECAUSE = ['--reason', 'he left'] as const;

/**
 * An installation in which bob and carol are in doubt: their entries were deleted before the second run, and the groups still
 * name them. The grace of an hour keeps the doubts.
 */
async function doubting() {
  const installation = await openInstallation();
  const config = await installation.writeConfig({ directory: { guard: { grace: '1h' } } });
  const doubts = (...args: string[]) => installation.call(...args, '--config', config);
  await doubts('sync', '--once');
  const admin = new Client({ url: installation.slapd.url });
  await admin.bind(installation.slapd.adminDn, installation.slapd.adminPassword);
  for (const uid of ['bob', 'carol']) await admin.del(personDn(uid));
  await admin.unbind();
  const second = await doubts('sync', '--once');
  return Object.assign(installation, { doubts, second });
}

describe('rollcall doubts', () => {
  it('shows members in doubt with reason and remedy, in every list', async () => {
    await using installation = await doubting();
    const { doubts, second } = installation;
    expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('; 4 members in doubt') });
    const { code, stdout } = await doubts('doubts');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^GROUP +USER +KIND +SINCE +DECISION +BASED ON\n/);
    expect(stdout).toMatch(/^platform\/devs +bob +entry_absent +\d{4}-.*uid=bob,ou=people,dc=test/m);
    expect(stdout).toMatch(
      /^entry_absent: an entry that may cause the membership was not there, or another entry is in its place\. The/m,
    );
    const { stdout: json } = await doubts('doubts', 'corp', '--kind', 'entry_absent', '--json');
    expect(JSON.parse(json)).toHaveLength(4);
    expect((await doubts('doubts', '--kind', 'unreadable')).stdout).toBe('No members are in doubt.\n');
    expect((await doubts('doubts', '--limit', '1')).stdout).toContain('… more entries exist');

    expect((await doubts('plan')).stdout).toMatch(/\? doubt platform\/devs, 1 member stays, entry_absent, /);
    expect((await doubts('runs', 'show', '2')).stdout).toMatch(/doubt platform\/devs: noted, 1 member stays/);
    const shown = JSON.parse((await doubts('runs', 'show', '2', '--json')).stdout);
    expect(shown.groups).toContainEqual(
      expect.objectContaining({ kind: 'doubt', name: 'devs', kept: 1, reason: 'entry_absent' }),
    );
    const status = await doubts('status');
    expect(status.stdout).toMatch(/^corp: 4 members stay in doubt, 4 of them undecided \(4 entry_absent\)/m);
    expect(status.stdout).toMatch(/^ {2}entry_absent: platform\/devs bob \(.*uid=bob/m);
    const [corp] = JSON.parse((await doubts('status', '--json')).stdout).directories;
    expect(corp.doubts).toMatchObject({ total: 4, undecided: 4, byKind: { entry_absent: 4 } });
  });

  it('decides about the named members, and the next run applies the decision', async () => {
    await using installation = await doubting();
    const { doubts } = installation;
    const kept = await doubts('doubts', 'keep', 'platform/all', 'carol', ...BECAUSE);
    expect(kept).toEqual({
      code: 0,
      stderr: '',
      stdout: 'platform/all: carol: kept until another doubt appears\n',
    });
    const removed = await doubts('doubts', 'remove', 'platform/all', 'bob', ...BECAUSE);
    expect(removed.stdout).toContain('platform/all: bob: to be removed: run 3 applies it');
    expect(await doubts('sync', '--once')).toMatchObject({ code: 0 });
    expect((await doubts('runs', 'show', '3')).stdout).toMatch(/decided by cli:.*: he left/);
    const members = await rowsOf<{ name: string }>(
      installation.db,
      sql`
        select g.name from access_group_members m join access_group g on g.id = m.access_group_id
        join auth_user u on u.id = m.user_id where u.username = 'bob'`,
    );
    expect(members).toEqual([{ name: 'devs' }]);
    const audit = JSON.parse((await doubts('audit', '--user', 'bob', '--json')).stdout);
    expect(audit[0]).toMatchObject({
      action: 'remove',
      reason: 'decided',
      actor: expect.stringMatching(/^cli:/),
    });

    const late = await doubts('doubts', 'remove', 'platform/all', 'bob', ...BECAUSE);
    expect(late).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('named bob') });
    const again = await doubts('doubts', 'keep', 'platform/all', 'carol', ...BECAUSE);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('already "keep"') });
    expect((await doubts('status')).stdout).toMatch(/^corp: 3 members stay in doubt, 2 of them undecided/m);
  });

  it.each([
    [['doubts', 'nowhere'], /directory "nowhere" is not configured/],
    [['doubts', '--kind', 'odd'], /--kind takes ambiguous_user, /],
    [['doubts', 'keep', 'devs', 'bob', ...BECAUSE], /TEAM\/NAME/],
    [['doubts', 'keep', 'platform/devs', 'bob'], /--reason/],
    [['doubts', 'keep', 'platform/devs', 'bob', '--reason', ' '], /--reason is required/],
    [['doubts', 'keep', 'platform/nothing', 'bob', ...BECAUSE], /no AccessGroup "nothing"/],
    [
      ['doubts', 'keep', '--kind', 'unreadable', 'platform/devs', 'bob', ...BECAUSE],
      /does not accept --kind/,
    ],
  ])('refuses %j and says what to do', async (args, message) => {
    await using installation = await openInstallation();
    const { code, stderr } = await installation.call(...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it.each([[], ['keep'], ['remove']])('%j explains itself with examples', async (...words) => {
    const { code, stdout } = await callCommand({}, 'doubts', ...words, '--help');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/Examples:\n/) });
  });
});
