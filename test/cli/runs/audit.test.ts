/** The audit at the terminal, and reverts. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { freezeGroup } from '../../../src/store/ownership/freeze.ts';
import { temporaryFolder } from '../../support/config.ts';
import { sealAll } from '../../support/given/audit.ts';
import { type Installation, openInstallation } from '../../support/given/installation.ts';
import { groupId, membersByGroup, rowsOf } from '../../support/given/saved-plan.ts';

const BECAUSE = ['--reason', 'by mistake'] as const;
const EVERYBODY = ['alice', 'bob', 'carol', 'dan', 'eve', 'frank'];

async function synced(): Promise<Installation> {
  const installation = await openInstallation();
  await installation.call('sync', '--once');
  return installation;
}

const lines = (text: string) => text.trimEnd().split('\n');

describe('rollcall audit', () => {
  it('shows which user was added to which group, when and by which run', async () => {
    await using installation = await synced();
    const { code, stdout } = await installation.call('audit', '--user', 'carol');
    expect(code).toBe(0);
    expect(lines(stdout)[0]).toMatch(/^WHEN +WHAT +GROUP +USER +BY +WHY$/);
    expect(lines(stdout).slice(1)).toEqual([
      expect.stringMatching(/^\d{4}-.*Z +add +platform\/(ops|all) +carol +run 1 +member$/),
      expect.stringMatching(/^\d{4}-.*Z +add +platform\/(ops|all) +carol +run 1 +member$/),
    ]);
  });

  it('verifies that the audit is what the sync sealed, with an anchor or a file of anchors', async () => {
    await using installation = await synced();
    await sealAll(installation.db);
    const { code, stdout } = await installation.call('audit', 'verify');
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('agrees with its seals'),
    });
    const [, anchor = ''] = /^anchor (\d+:[0-9a-f]{64})$/m.exec(stdout) ?? [];
    await using folder = await temporaryFolder();
    const log = await folder.write('kept.log', `{"msg":"audit sealed","anchor":"${anchor}"}\n`);
    const verify = (...args: string[]) => installation.call('audit', 'verify', ...args);
    expect(await verify('--anchor', log)).toMatchObject({ code: 0 });
    expect(await verify('--anchor', `9${anchor}`)).toMatchObject({ code: 5 });
    expect(await verify('--anchor', 'nowhere.log')).toMatchObject({ code: 2 });
    await rowsOf(installation.db, sql`alter table membership_change disable trigger user`);
    await rowsOf(installation.db, sql`update membership_change set username = 'eve' where id = 1`);
    expect(await verify('--json', '--anchor', anchor)).toMatchObject({
      code: 5,
      stdout: expect.stringContaining('"kind": "rows"'),
    });
    expect((await installation.call('check')).stdout).toContain('does not agree with its seals');
  });

  it('prints all entries as JSON Lines, and the newest with a hint as a table or JSON', async () => {
    await using installation = await synced();
    const all = lines((await installation.call('audit', '--jsonl')).stdout).map(line => JSON.parse(line));
    const [{ count } = { count: 0 }] = await rowsOf(
      installation.db,
      sql<{ count: number }>`
        select ((select count(*) from membership_change) + (select count(*) from access_group_change))::int as count`,
    );
    expect(all).toHaveLength(count);
    expect(all.filter(entry => entry.kind === 'member')).toHaveLength(9);
    const { stdout } = await installation.call('audit', '--limit', '3');
    expect(lines(stdout)).toHaveLength(5);
    expect(stdout).toContain('more entries exist');
    expect(JSON.parse((await installation.call('audit', '--limit', '3', '--json')).stdout)).toEqual(
      all.slice(0, 3),
    );
    const few = await installation.call(
      'audit',
      '--jsonl',
      '--limit',
      '2',
      '--group',
      'platform/',
      '--run',
      '1',
    );
    expect(lines(few.stdout)).toHaveLength(2);
    const ops = await installation.call(
      'audit',
      '--jsonl',
      '--group',
      'platform/ops',
      '--since',
      '2020-01-01',
    );
    expect(lines(ops.stdout).map(line => JSON.parse(line).group)).toContain('ops');
    const csv = lines((await installation.call('audit', '--format', 'csv', '--user', 'carol')).stdout);
    expect(csv).toHaveLength(3);
    expect(csv[0]).toMatch(/^at,kind,action,team,/);
    expect(csv[1]).toMatch(/^\d{4}-.*Z,member,add,platform,(ops|all),\d+,,carol,corp,1,,,member$/);
    expect((await installation.call('audit', '--format', 'csv', '--after', 'start')).code).toBe(2);
    const then = await installation.call('audit', '--group', 'platform/ops', '--at', '2099-01-01');
    expect(lines(then.stdout)[1]).toMatch(/^carol +platform\/ops +\d{4}-.*Z +run 1 +member$/);
    expect((await installation.call('audit', '--user', 'nobody', '--at', '2099-01-01')).code).toBe(2);
    expect((await installation.call('audit', '--until', '2020-01-01T00:00:00Z', '--json')).stdout).toBe(
      '[]\n',
    );
  });

  it.each([
    [['--group', 'ops'], 'TEAM/NAME'],
    [['--since', 'yesterday'], '2026-11-23'],
    [['--since', '0000-01-01'], '2026-11-23'],
    [['--limit', '0'], '--limit'],
    [['--run', 'last'], '--run'],
  ])('%s is a usage error that says what is expected', async (flags, words) => {
    await using installation = await openInstallation();
    const { code, stderr } = await installation.call('audit', ...flags);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });
});

describe('rollcall revert', () => {
  it('does not change synced groups and says what to do; a freeze makes it possible', async () => {
    await using installation = await synced();
    const live = await installation.call('revert', '1', ...BECAUSE, '--yes');
    expect(live).toMatchObject({ code: 0 });
    expect(live.stdout).toMatch(
      /run 1 has no changes to revert\n.*platform\/all.*Freeze or release it first/,
    );
    await freezeGroup(installation.db, await groupId(installation.db, 'ops'), { by: 'test', reason: 'test' });
    const look = await installation.call('revert', '1', '--dry-run');
    expect(look.code).toBe(1);
    expect(look.stdout).toMatch(/platform\/ops\n {2}would be removed \(1\): carol/);
    expect(await installation.call('revert', '1', ...BECAUSE)).toMatchObject({ code: 2 });
    const done = await installation.call('revert', '1', ...BECAUSE, '--yes');
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('done; run 2 applies it') });
    expect(await membersByGroup(installation.db)).toMatchObject({ ops: [] });
    expect((await installation.call('runs', 'show', '2')).stdout).toContain('reverts run 1: by mistake');
    expect(await installation.call('sync', '--once')).toMatchObject({ code: 0 });
    expect(await membersByGroup(installation.db)).toMatchObject({ ops: [] });
  });

  it('exits with 3 if the guard holds removals, and approve applies them', async () => {
    await using installation = await synced();
    await freezeGroup(installation.db, await groupId(installation.db, 'all'), { by: 'test', reason: 'test' });
    const held = await installation.call('revert', '1', ...BECAUSE, '--yes', '--json');
    expect(held.code).toBe(3);
    expect(JSON.parse(held.stdout)).toMatchObject({
      groups: [{ name: 'all', remove: EVERYBODY, held: true }],
      run: { id: 2, status: 'held' },
    });
    expect((await membersByGroup(installation.db))['all']).toHaveLength(6);
    expect(await installation.call('approve', '2', ...BECAUSE)).toMatchObject({ code: 0 });
    expect(await membersByGroup(installation.db)).toMatchObject({ all: [] });
  });

  it('needs an existing run and a reason', async () => {
    await using installation = await openInstallation();
    expect(await installation.call('revert', '99', ...BECAUSE)).toMatchObject({ code: 2 });
    await installation.call('sync', '--once');
    expect(await installation.call('revert', '1', '--yes')).toMatchObject({ code: 2 });
  });
});
