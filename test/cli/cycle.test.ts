/** The usual steps of an operator: plan, sync, plan, and the same after damage. */

import { sql } from 'kysely';
import { Attribute, Change, Client } from 'ldapts';
import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../src/app/commands/configuration.ts';
import { groupDn, jobsOver } from '../support/given/company.ts';
import { type Installation, openInstallation } from '../support/given/installation.ts';
import { rowsOf } from '../support/given/saved-plan.ts';
import { forceSql } from '../support/servers/force.ts';

const members = ({ db }: Installation) =>
  rowsOf(
    db,
    sql`
      select g.name::text, array_agg(u.username::text order by u.username) as members
      from access_group g
      join access_group_members m on m.access_group_id = g.id
      join auth_user u on u.id = m.user_id
      group by g.id order by g.name`,
  );

const SYNCED = [
  { name: 'all', members: ['alice', 'bob', 'carol', 'dan', 'eve', 'frank'] },
  { name: 'devs', members: ['alice', 'bob'] },
  { name: 'ops', members: ['carol'] },
];

describe('rollcall plan and sync', () => {
  it('plan exits with 1 before sync --once and with 0 after it; with a damaged row plan exits with 1, and sync corrects it', async () => {
    await using installation = await openInstallation();
    const first = await installation.run('plan');
    expect(first.code).toBe(1);
    expect(first.stdout).toContain('+ create platform/devs, +2 members');
    expect(first.stdout).toContain('groups: 3 to create');
    expect(await members(installation)).toEqual([]);
    expect(await rowsOf(installation.db, sql`select from sync_run`)).toEqual([]);

    const sync = await installation.run('sync', '--once');
    expect(sync.code).toBe(0);
    // Without a terminal, progress is printed as plain lines.
    expect(sync.stderr).toMatch(/^corp: waiting for a worker$/m);
    expect(sync.stderr).not.toMatch(/[\r█]/);
    expect(sync.stdout).toMatch(/^corp: run 1 succeeded\. .*3 groups changed, \+9 -0 members/);
    expect(await members(installation)).toEqual(SYNCED);
    expect(await installation.run('plan')).toMatchObject({ code: 0 });

    await forceSql(installation.db, sql`delete from access_group_members where user_id = 1`);
    const damaged = await installation.run('plan');
    expect(damaged.code).toBe(1);
    expect(damaged.stdout).toContain('~ update platform/devs, +1 members');
    expect(await installation.run('sync', '--once')).toMatchObject({ code: 0 });
    expect(await members(installation)).toEqual(SYNCED);
    expect(await installation.run('plan')).toMatchObject({ code: 0 });
  });

  it('prints JSON that programs can read', async () => {
    await using installation = await openInstallation();
    const plan = JSON.parse((await installation.call('plan', '--json')).stdout);
    expect(plan).toMatchObject([
      { directory: 'corp', pending: true, counts: { create: 3, add: 9 }, held: [] },
    ]);
    const [run] = JSON.parse((await installation.call('sync', '--once', '--json')).stdout);
    expect(run).toMatchObject({
      id: 1,
      directory: 'corp',
      status: 'succeeded',
      counts: { applied: { added: 9 } },
    });
    expect(run.requestedBy).toMatch(/^cli:/);
    const status = JSON.parse((await installation.call('status', '--json')).stdout);
    expect(status).toMatchObject({
      directories: [{ name: 'corp', lastRun: { id: 1 }, groups: { linked: 3 }, memberships: 9, heldRuns: 0 }],
    });
    expect(JSON.parse((await installation.call('runs', '--json')).stdout)).toMatchObject([
      { id: 1, status: 'succeeded' },
    ]);
    const shown = JSON.parse((await installation.call('runs', 'show', '1', '--json')).stdout);
    expect(shown.groups).toMatchObject([
      { name: 'all', outcome: 'applied', added: 6 },
      { name: 'devs', outcome: 'applied', added: 2 },
      { name: 'ops', outcome: 'applied', added: 1 },
    ]);
    expect((await installation.call('status')).stdout).toMatch(/^corp +succeeded/m);
    expect((await installation.call('runs')).stdout).toMatch(/^1 +corp +succeeded +manual/m);
    expect((await installation.call('runs', 'show', '1')).stdout).toContain(
      'create platform/devs: applied, +2 -0 members',
    );
  });

  it('exits with 3 when removals are held, in plan and in sync, and syncs one group on request', async () => {
    await using installation = await openInstallation();
    await installation.call('sync', '--once');
    await remove(installation, 'all', ['bob', 'carol', 'dan', 'eve', 'frank']);
    const careful = await installation.writeConfig({
      directory: { guard: { groupMemberRemovals: { percent: 50, count: 2 } } },
    });
    const plan = await installation.call('plan', '--config', careful);
    expect(plan.code).toBe(3);
    expect(plan.stdout).toMatch(
      /held: 5 of 6 members of platform\/all would be removed .* guard\.groupMemberRemovals/,
    );
    expect(await installation.call('sync', '--once', '--group', 'devs', '--config', careful)).toMatchObject({
      code: 0,
    });
    const sync = await installation.call('sync', '--once', '--config', careful);
    expect(sync.code).toBe(3);
    expect(sync.stdout).toMatch(/held.*5 removals in 1 groups held/);
    expect(await members(installation)).toEqual(SYNCED);
    expect((await installation.call('status', '--config', careful)).stdout).toMatch(
      /^corp +held .* 1 \(\d+ ?s\)/m,
    );
  });

  it('status says that no scheduler starts runs, and since when', async () => {
    await using installation = await openInstallation();
    await installation.call('sync', '--once');
    expect((await installation.call('status')).stdout).toMatch(/^In sync, as of \d+ s ago$/m);
    const current = JSON.parse((await installation.call('status', '--json')).stdout);
    expect(current.directories[0]).not.toHaveProperty('overdueSince');
    await rowsOf(installation.db, sql`update sync_run set queued_at = queued_at - interval '2 years'`);
    const late = JSON.parse((await installation.call('status', '--json')).stdout);
    expect(Date.parse(late.directories[0].overdueSince)).toBeLessThan(Date.now() - 300 * 86_400_000);
    expect((await installation.call('status')).stdout).toMatch(
      /^ {2}No scheduler is alive: no scheduled run starts, for \d+ d: start rollcall serve/m,
    );
  });

  it('sync --once resumes the work of a process that died before it enqueued its tasks (F77)', async () => {
    await using installation = await openInstallation();
    const { settings } = await loadConfiguration({ file: installation.config, env: {} });
    const jobs = jobsOver(installation.db, one(settings.directories));
    const left = await jobs.request();
    await jobs.begin(left);
    await rowsOf(installation.db, sql`update sync_run set looked_at = now() - interval '1 hour'`);
    expect(await installation.call('sync', '--once')).toMatchObject({ code: 0 });
    expect(await jobs.run(left)).toMatchObject({ status: 'succeeded', counts: { applied: { added: 9 } } });
    expect(await members(installation)).toEqual(SYNCED);
  });

  it('needs no Redis: without one the queue is in PostgreSQL', async () => {
    await using installation = await openInstallation();
    const config = await installation.writeConfig({ redis: undefined });
    expect(await installation.run('sync', '--once', '--config', config)).toMatchObject({ code: 0 });
    expect(await members(installation)).toEqual(SYNCED);
    expect(await installation.call('plan', '--config', config)).toMatchObject({ code: 0 });
  });

  it('exits with 4 when a group could not be written, and names it', async () => {
    await using installation = await openInstallation();
    await rowsOf(installation.db, sql`alter table access_group add constraint no_ops check (name <> 'ops')`);
    const sync = await installation.call('sync', '--once');
    expect(sync).toMatchObject({ code: 4, stdout: expect.stringContaining('1 groups failed') });
    expect((await installation.call('runs', 'show', '1')).stdout).toMatch(
      /create platform\/ops: failed, .*no_ops/,
    );
  });

  it('exits with 5 when the directory cannot be read, and for a group that does not exist', async () => {
    await using installation = await openInstallation();
    expect(await installation.call('sync', '--once', '--group', 'nosuch')).toMatchObject({
      code: 5,
      stdout: expect.stringContaining('"nosuch"'),
    });
    const wrong = await installation.writeConfig({ directory: { bindPassword: 'not-the-password' } });
    const sync = await installation.call('sync', '--once', '--config', wrong);
    expect(sync).toMatchObject({ code: 5, stdout: expect.stringContaining('bind_refused') });
    const plan = await installation.call('plan', '--config', wrong);
    expect(plan).toMatchObject({ code: 5, stdout: expect.stringContaining('invalid credentials') });
    expect(`${JSON.stringify(sync)}${JSON.stringify(plan)}`).not.toContain('not-the-password');
  });
});

function one<T>([first]: readonly T[]): T {
  if (first === undefined) throw new Error('the test expected one');
  return first;
}

async function remove({ slapd }: Installation, group: string, uids: readonly string[]): Promise<void> {
  const admin = new Client({ url: slapd.url });
  await admin.bind(slapd.adminDn, slapd.adminPassword);
  const values = uids.map(uid => `uid=${uid},ou=people,dc=test`);
  const modification = new Attribute({ type: 'member', values });
  await admin.modify(groupDn(group), new Change({ operation: 'delete', modification }));
  await admin.unbind();
}
