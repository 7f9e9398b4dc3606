/** Groups that change owners, at a terminal and in scripts. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../../src/cli/program.ts';
import { callCommand, type Installation, openInstallation } from '../../support/given/installation.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';

const DEVS = ['devs', '--team', 'platform', '--reason', 'CHG-1234'] as const;

async function synced(): Promise<Installation> {
  const installation = await openInstallation();
  expect(await installation.call('sync', '--once')).toMatchObject({ code: 0 });
  return installation;
}

const membersOf = async ({ db }: Installation, name: string) => {
  const rows = await rowsOf(
    db,
    sql<{ username: string }>`
      select u.username from access_group g join access_group_members m on m.access_group_id = g.id
      join auth_user u on u.id = m.user_id where g.name = ${name} order by 1`,
  );
  return rows.map(row => row.username);
};

/** A user at a terminal who gives the same answer to every question. */
async function atTerminal(installation: Installation, answer: string, ...args: string[]) {
  const said: string[] = [];
  const write = (text: string | Uint8Array) => said.push(String(text)) > 0;
  const code = await runCli(args, {
    env: { ROLLCALL_CONFIG: installation.config, LOG_LEVEL: 'fatal' },
    stdout: { write },
    stderr: { write },
    ask: async question => {
      said.push(question);
      return answer;
    },
  });
  return { code, said: said.join('') };
}

describe('rollcall release and adopt', () => {
  it('make a group manual, and managed again only after a preview and a confirmation (B19, A10)', async () => {
    await using installation = await synced();
    expect(await installation.call('release', ...DEVS)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('platform/devs is now manual, with 2 members'),
    });
    await rowsOf(
      installation.db,
      sql`
        insert into access_group_members (access_group_id, user_id)
        select g.id, u.id from access_group g, auth_user u where g.name = 'devs' and u.username = 'eve'`,
    );
    expect(await installation.call('sync', '--once')).toMatchObject({ code: 0 });
    expect(await membersOf(installation, 'devs')).toEqual(['alice', 'bob', 'eve']);

    const looked = await installation.call('adopt', 'devs', '--team', 'platform', '--dry-run');
    expect(looked).toMatchObject({ code: 1, stdout: expect.stringContaining('would be removed (1): eve') });
    const unasked = await installation.call('adopt', ...DEVS);
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    expect(await atTerminal(installation, 'n', 'adopt', ...DEVS)).toMatchObject({
      code: 1,
      said: expect.stringMatching(
        /would be added \(0\): none\n.*\n?.*Adopt platform\/devs\? \[y\/N\] .*nothing was changed/,
      ),
    });
    const stale = await installation.call('adopt', ...DEVS, '--digest', '0'.repeat(64));
    expect(stale).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('has changed') });
    expect(await membersOf(installation, 'devs')).toEqual(['alice', 'bob', 'eve']);

    const digest = /digest: ([0-9a-f]{64})/.exec(looked.stdout)?.[1] ?? 'none';
    const adopted = await installation.call('adopt', ...DEVS, '--digest', digest, '--json');
    expect(adopted).toMatchObject({ code: 0 });
    expect(JSON.parse(adopted.stdout)).toMatchObject({ run: { status: 'queued', directory: 'corp' } });
    expect(await installation.call('sync', '--once')).toMatchObject({ code: 0 });
    expect(await membersOf(installation, 'devs')).toEqual(['alice', 'bob']);
    expect(await installation.call('adopt', ...DEVS, '--yes')).toMatchObject({ code: 2 });
  });

  it('status shows a directory that is no longer configured, and release takes all of it over (B13)', async () => {
    await using installation = await synced();
    const config = await installation.writeConfig({ directory: { name: 'newcorp' } });
    const status = await installation.call('status', '--config', config);
    expect(status.stdout).toMatch(
      /^ {2}corp is not configured: 3 groups with 9 memberships are no longer synced, for \d+ s: /m,
    );
    const release = (...more: string[]) =>
      installation.call('release', '--directory', 'corp', '--reason', 'sold', '--config', config, ...more);
    expect(await release('--empty')).toMatchObject({ code: 2 });
    expect(JSON.parse((await release('--json')).stdout)).toEqual({ directory: 'corp', released: 3 });
    expect((await installation.call('status', '--config', config)).stdout).not.toContain('not configured');
    expect(await membersOf(installation, 'devs')).toEqual(['alice', 'bob']);
    expect(await installation.call('release', '--directory', 'none', '--reason', 'x')).toMatchObject({
      code: 2,
    });
  });
});

describe('rollcall freeze and unfreeze', () => {
  it('are shown in status, and refuse groups that cannot be frozen', async () => {
    await using installation = await synced();
    expect(await installation.call('unfreeze', ...DEVS)).toMatchObject({ code: 2 });
    expect(await installation.call('freeze', ...DEVS)).toMatchObject({ code: 0 });
    const { directories } = JSON.parse((await installation.call('status', '--json')).stdout);
    expect(directories).toMatchObject([{ name: 'corp', frozen: 1 }]);
    expect(JSON.parse((await installation.call('unfreeze', ...DEVS, '--json')).stdout)).toMatchObject({
      name: 'devs',
      frozen: false,
    });
    expect(await installation.call('freeze', 'nobody', '--team', 'platform', '--reason', 'x')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no AccessGroup "nobody"'),
    });
    expect(await installation.call('freeze', 'devs', '--team', 'platform', '--reason', ' ')).toMatchObject({
      code: 2,
    });
  });
});

describe('rollcall relink', () => {
  it('shows a table of what would move, moves it after a yes, and finds nothing more to do (B5)', async () => {
    await using installation = await synced();
    expect(await installation.call('relink', 'corp', '--dry-run')).toMatchObject({
      code: 0,
      stdout: 'corp: nothing to relink\n',
    });
    // As if the directory had been rebuilt: the stored identities differ from those of the directory.
    await rowsOf(
      installation.db,
      sql`
        with people as (update directory_user set external_id = gen_random_uuid())
        delete from unresolved_member`,
    );
    await rowsOf(installation.db, sql`update directory_group set external_id = gen_random_uuid()`);
    const looked = await installation.call('relink', 'corp', '--dry-run');
    expect(looked).toMatchObject({ code: 1 });
    expect(looked.stdout).toMatch(
      /^platform\/devs +[0-9a-f-]{36} +[0-9a-f-]{36} +\+0 -0 +cn=devs,ou=groups,dc=test$/m,
    );
    expect(looked.stdout).toMatch(/^alice +[0-9a-f-]{36} +[0-9a-f-]{36} +uid=alice,ou=people,dc=test$/m);
    expect(looked.stdout).toContain('3 groups and 6 users of corp would be linked');
    const unasked = await installation.call('relink', 'corp', '--reason', 'x');
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing was changed') });
    expect(await installation.call('relink', 'corp', '--yes')).toMatchObject({ code: 2 });

    expect(await atTerminal(installation, 'yes', 'relink', 'corp', '--reason', 'rebuilt')).toMatchObject({
      code: 0,
    });
    expect(await installation.call('sync', '--once')).toMatchObject({ code: 0 });
    expect(await installation.call('relink', 'corp', '--dry-run')).toMatchObject({ code: 0 });
    expect(await membersOf(installation, 'devs')).toEqual(['alice', 'bob']);
    expect(await installation.call('relink', 'nowhere', '--dry-run')).toMatchObject({ code: 2 });
  });

  it.each(['adopt', 'release', 'relink', 'freeze', 'unfreeze'])(
    '%s explains itself with examples',
    async command => {
      const { code, stdout } = await callCommand({}, command, '--help');
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/Examples:\n/) });
    },
  );
});
