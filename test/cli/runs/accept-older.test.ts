/** rollcall sync --accept-older: after a directory was restored from a backup. */
import { sql } from 'kysely';
import { Attribute, Change, Client } from 'ldapts';
import { describe, expect, it } from 'vitest';
import { groupDn, personDn } from '../../support/given/company.ts';
import { callCommand, openInstallation } from '../../support/given/installation.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';

const ACCEPT = ['--accept-older', '--reason', 'restored from a backup'] as const;

describe('rollcall sync --accept-older', () => {
  it('continues from the older state, and the run records who requested it and why', async () => {
    await using installation = await openInstallation();
    await installation.call('sync', '--once');
    await rowsOf(installation.db, sql`update directory_state set position = replace(position, '20', '21')`);
    const admin = new Client({ url: installation.slapd.url });
    await admin.bind(installation.slapd.adminDn, installation.slapd.adminPassword);
    const modification = new Attribute({ type: 'member', values: [personDn('bob')] });
    await admin.modify(groupDn('devs'), new Change({ operation: 'delete', modification }));
    await admin.unbind();
    const behind = await installation.call('sync', 'corp', '--once');
    expect(behind).toMatchObject({ code: 5, stdout: expect.stringContaining('server_behind') });
    expect(await installation.call('sync', 'corp', '--once', ...ACCEPT)).toMatchObject({ code: 0 });
    expect((await installation.call('runs', 'show', '3')).stdout).toMatch(
      /decided by cli:.*: an older state of the directory is accepted: restored from a backup/,
    );
    expect(await installation.call('sync', 'corp', '--once')).toMatchObject({ code: 0 });
  });

  it.each([
    [['sync', ...ACCEPT], /requires the names of the directories/],
    [['sync', 'corp', '--accept-older'], /--reason is required/],
    [['sync', 'corp', '--reason', 'x'], /--reason requires --accept-older/],
    [['sync', 'corp', '--group', 'devs', ...ACCEPT], /omit --group/],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await callCommand({}, ...args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
  });
});
