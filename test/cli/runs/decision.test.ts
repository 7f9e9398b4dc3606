/** Decisions of an operator about a held run. */
import { sql } from 'kysely';
import { Attribute, Change, Client } from 'ldapts';
import { describe, expect, it } from 'vitest';
import { groupDn } from '../../support/given/company.ts';
import { callCommand, type Installation, openInstallation } from '../../support/given/installation.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';

const BECAUSE = ['--reason', 'the team was dissolved'] as const;

/** The group "all" has lost five of its six members, and run 2 holds that. */
async function holding(): Promise<
  Installation & { decide(...args: string[]): ReturnType<typeof callCommand> }
> {
  const installation = await openInstallation();
  await installation.call('sync', '--once');
  const gone = ['bob', 'carol', 'dan', 'eve', 'frank'].map(uid => `uid=${uid},ou=people,dc=test`);
  const admin = new Client({ url: installation.slapd.url });
  await admin.bind(installation.slapd.adminDn, installation.slapd.adminPassword);
  const modification = new Attribute({ type: 'member', values: gone });
  await admin.modify(groupDn('all'), new Change({ operation: 'delete', modification }));
  await admin.unbind();
  const guard = { groupMemberRemovals: { percent: 50, count: 2 } };
  const config = await installation.writeConfig({ directory: { guard } });
  const decide = (...args: string[]) => installation.call(...args, '--config', config);
  expect(await decide('sync', '--once')).toMatchObject({ code: 3 });
  return Object.assign(installation, { decide });
}

const count = async ({ db }: Installation) =>
  (
    await rowsOf(
      db,
      sql`select from access_group_members m join access_group g on g.id = access_group_id and name = 'all'`,
    )
  ).length;

describe('rollcall status', () => {
  it('names the held run and its age, and runs --status held lists it (G86)', async () => {
    await using installation = await holding();
    const status = await installation.decide('status');
    expect(status.stdout).toMatch(
      /^ {2}5 removals in 1 group of corp wait for a decision, for \d+ s: rollcall waiting [0-9a-f]{64}$/m,
    );
    const { directories } = JSON.parse((await installation.decide('status', '--json')).stdout);
    expect(directories).toMatchObject([{ held: [{ run: 2, since: expect.any(String) }], heldRuns: 1 }]);
    const listed = async (text: string) =>
      JSON.parse((await installation.decide('runs', '--status', text, '--json')).stdout);
    expect(await listed('held')).toMatchObject([{ id: 2, status: 'held' }]);
    expect(await listed('succeeded')).toMatchObject([{ id: 1, status: 'succeeded' }]);
    expect(await installation.decide('runs', '--status', 'waiting')).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('rollcall waiting', () => {
  it('shows once what two runs found, and a decision about either of them is one about it (G110)', async () => {
    await using installation = await holding();
    const again = await installation.decide('sync', '--once');
    expect(again).toMatchObject({ code: 3 });
    expect(again.stdout).toMatch(
      /run 3 succeeded.*5 removals in 1 groups still wait for a decision about run 2/,
    );
    const { stdout } = await installation.decide('waiting');
    expect(stdout).toMatch(
      /^corp: 5 removals in 1 group, for \d+ s; held by run 2, found by 2 runs, last by run 3$/m,
    );
    expect(stdout).toContain('rollcall approve 2 --reason TEXT');
    expect((await installation.decide('groups')).stdout).toMatch(/^platform\/all .*waiting \(−5\)/m);
    expect((await installation.decide('groups', 'show', 'platform/all')).stdout).toMatch(
      /^waiting \(−5\): directory 1, here 6$/m,
    );
    const approved = await installation.decide('approve', '3', ...BECAUSE);
    expect(approved.stdout).toMatch(/^run 2 approved, .*\nrun 4 applies/);
    const digest = /digest: ([0-9a-f]{64})/.exec(stdout)?.[1] ?? 'none';
    expect((await installation.decide('waiting', digest)).stdout).toContain('applied by run 4');
    expect(await installation.decide('waiting', '0')).toMatchObject({ code: 2 });
  });
});

describe('rollcall approve', () => {
  it('prints the digest of runs show and does not wait; the next worker applies the run (F24)', async () => {
    await using installation = await holding();
    const shown = await installation.decide('runs', 'show', '2');
    const digest = /digest of the held changes: ([0-9a-f]{64})/.exec(shown.stdout)?.[1] ?? 'none';
    const approved = await installation.decide('approve', '2', ...BECAUSE);
    expect(approved).toMatchObject({ code: 0, stderr: '' });
    expect(approved.stdout).toBe(
      `run 2 approved, digest ${digest}\nrun 3 applies what is still true: rollcall runs show 3\n`,
    );
    expect(await count(installation)).toBe(6);

    expect(await installation.decide('sync', '--once')).toMatchObject({ code: 0 });
    expect(await count(installation)).toBe(1);
    expect((await installation.decide('runs', 'show', '3')).stdout).toContain(
      'applies the approved changes of run 2',
    );
    expect((await installation.decide('runs', 'show', '2')).stdout).toMatch(
      /succeeded.*\n(.*\n)*.*decided by cli:.*: the team was dissolved/,
    );
    const late = await installation.decide('approve', '2', ...BECAUSE);
    expect(late).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('does not wait for a decision'),
    });
  });

  it('prints JSON, and exits with 2 for invalid arguments', async () => {
    await using installation = await holding();
    const { stdout } = await installation.decide('approve', '2', ...BECAUSE, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      id: 3,
      status: 'queued',
      approves: 2,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await installation.decide('reject', '2', ...BECAUSE)).toMatchObject({ code: 3, stdout: '' });
    expect(await installation.decide('approve', '9', ...BECAUSE)).toMatchObject({ code: 2 });
    expect(await installation.decide('approve', 'two', ...BECAUSE)).toMatchObject({ code: 2 });
    expect(await installation.decide('approve', '2')).toMatchObject({ code: 2 });
    expect(await installation.decide('approve', '2', '--reason', ' ')).toMatchObject({ code: 2 });
  });
});

describe('deciding about some groups', () => {
  it('takes TEAM/NAME or the id of the AccessGroup, several times, and refuses what the run does not hold', async () => {
    await using installation = await holding();
    const strange = await installation.decide(
      'approve',
      '2',
      ...BECAUSE,
      '--group',
      'platform/all',
      '--group',
      'platform/devs',
    );
    expect(strange).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('holds no changes of the group "platform/devs"'),
    });
    const [group] = await rowsOf(
      installation.db,
      sql<{ id: number }>`select id from access_group where name = 'all'`,
    );
    const named = ['--group', 'platform/all', '--group', String(group?.id), '--json'];
    const { code, stdout } = await installation.decide('approve', '2', ...BECAUSE, ...named);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ id: 3, approves: 2, approvedGroups: [group?.id] });
    expect(await installation.decide('sync', '--once')).toMatchObject({ code: 0 });
    expect(await count(installation)).toBe(1);
    expect((await installation.decide('runs', 'show', '3')).stdout).toContain(
      'approved changes of run 2, 1 of its groups',
    );
  });
});

describe('rollcall reject', () => {
  it('closes the run if it names the only held group', async () => {
    await using installation = await holding();
    const { code, stdout } = await installation.decide('reject', '2', ...BECAUSE, '--group', 'platform/all');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'run 2 rejected; the held changes are not applied\n',
    });
    expect(await count(installation)).toBe(6);
  });

  it('closes the run, and no member is removed', async () => {
    await using installation = await holding();
    const rejected = await installation.decide('reject', '2', ...BECAUSE, '--json');
    expect(JSON.parse(rejected.stdout)).toMatchObject({
      id: 2,
      status: 'rejected',
      decision: { reason: 'the team was dissolved' },
    });
    expect(await installation.decide('reject', '2', ...BECAUSE)).toMatchObject({ code: 3 });
    expect((await installation.decide('runs')).stdout).toMatch(
      /^2 .*rejected.*by cli:.*: the team was dissolved/m,
    );
    expect(await count(installation)).toBe(6);
  });

  it.each(['approve', 'reject'])('%s explains itself with examples', async command => {
    const { code, stdout } = await callCommand({}, command, '--help');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/Examples:\n/) });
  });
});
