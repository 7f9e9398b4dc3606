/** A service that follows the changes of an OpenLDAP: committed changes are applied without a schedule. */

import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asAdmin } from '../../dev/servers/directory.ts';
import { callCommand, type Installation, openInstallation } from '../support/given/installation.ts';
import { rowsOf } from '../support/given/saved-plan.ts';
import { until } from '../support/observe/until.ts';
import { type Service, serve } from '../support/servers/rollcall.ts';

const person = (uid: string) => `uid=${uid},ou=people,dc=test`;
const group = (cn: string) => `cn=${cn},ou=groups,dc=test`;

let installation: Installation;
let service: Service;
let config: string;

beforeAll(async () => {
  installation = await openInstallation();
  const guard = { groupMemberRemovals: { percent: 30, count: 1 } };
  config = await installation.writeConfig({ directory: { live: 'auto', liveWindow: '20ms', guard } });
  service = await serve(config);
  await until('the watch is current', isCurrent);
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await installation[Symbol.asyncDispose]();
});

function modify(cn: string, operation: 'add' | 'delete', uids: readonly string[]): Promise<unknown> {
  const modification = new Attribute({ type: 'member', values: uids.map(person) });
  return asAdmin(installation.slapd, client =>
    client.modify(group(cn), new Change({ operation, modification })),
  );
}

async function membersOf(cn: string): Promise<readonly string[]> {
  const rows = await rowsOf<{ username: string }>(
    installation.db,
    sql`
      select u.username from access_group g join access_group_members m on m.access_group_id = g.id
      join auth_user u on u.id = m.user_id where g.name = ${cn} order by u.username`,
  );
  return rows.map(({ username }) => username);
}

function runs(): Promise<readonly { trigger: string; status: string; removed: number }[]> {
  return rowsOf(
    installation.db,
    sql`
      select trigger, status, coalesce((counts #>> '{applied,removed}')::int, 0) as removed from sync_run
      order by id`,
  );
}

interface WatchRow {
  readonly mechanism: string | null;
  readonly problem: string | null;
  readonly age: number | null;
}

async function watchRow(): Promise<WatchRow | undefined> {
  const [row] = await rowsOf<WatchRow>(
    installation.db,
    sql`
      select mechanism, problem, extract(epoch from now() - current_at)::float8 as age
      from directory_watch where directory = 'corp'`,
  );
  return row;
}

async function isCurrent(): Promise<boolean> {
  const { mechanism, age } = (await watchRow()) ?? {};
  return mechanism === 'syncrepl' && age !== undefined && age !== null && age < 5;
}

describe('a service with live: auto', () => {
  it('has read everything before it reports that it is current', async () => {
    expect(await membersOf('devs')).toEqual(['alice', 'bob']);
    expect(await runs()).toEqual([{ trigger: 'schedule', status: 'succeeded', removed: 0 }]);
  });

  it('names its mechanism in `status`', async () => {
    const { stdout } = await callCommand({ ROLLCALL_CONFIG: config, LOG_LEVEL: 'fatal' }, 'status');
    expect(stdout).toMatch(/corp: live, by syncrepl on ldap:\S+, current as of \d+ s ago/);
  });

  it('adds and removes a member when the directory does, with a run for each change', async () => {
    await modify('devs', 'add', ['carol']);
    await until('carol is in', async () => (await membersOf('devs')).includes('carol'));
    await modify('devs', 'delete', ['carol']);
    await until('carol is out', async () => !(await membersOf('devs')).includes('carol'));
    await until('the run has ended', async () =>
      (await runs()).every(({ status }) => status === 'succeeded'),
    );
    await until('the time since both changes is recorded', async () => {
      const [row] = await rowsOf(
        installation.db,
        sql`select lags::int, lag_seconds < 60 as soon from directory_watch`,
      );
      return isDeepStrictEqual(row, { lags: 2, soon: true });
    });
    expect((await runs()).slice(1)).toEqual([
      { trigger: 'change', status: 'succeeded', removed: 0 },
      { trigger: 'change', status: 'succeeded', removed: 1 },
    ]);
  });

  it('leaves no run for a change that changes no membership', async () => {
    const before = await runs();
    const modification = new Attribute({ type: 'description', values: ['unused'] });
    const change = new Change({ operation: 'replace', modification });
    await asAdmin(installation.slapd, client => client.modify(group('ops'), change));
    await modify('ops', 'add', ['dan']);
    await until('dan is in', async () => (await membersOf('ops')).includes('dan'));
    expect(await runs()).toHaveLength(before.length + 1);
  });

  it('leaves removals beyond the limits to one run of the whole directory, which holds them', async () => {
    await modify('all', 'delete', ['alice', 'bob', 'carol']);
    await modify('ops', 'add', ['eve']);
    await until('eve is in', async () => (await membersOf('ops')).includes('eve'));
    const held = () => runs().then(all => all.filter(({ status }) => status === 'held'));
    await until('a run is held', async () => (await held()).length === 1, 90_000);
    expect(await held()).toEqual([{ trigger: 'schedule', status: 'held', removed: 0 }]);
    expect(await membersOf('all')).toHaveLength(6);
  });

  it('is no longer current while the server is down, and catches up afterwards', async () => {
    await installation.slapd.stop();
    await until('the problem is recorded', async () => {
      const { mechanism, problem } = (await watchRow()) ?? {};
      return mechanism === null && problem !== null;
    });
    await installation.slapd.start();
    await modify('devs', 'add', ['dan']);
    await until('dan is in', async () => (await membersOf('devs')).includes('dan'), 60_000);
    await until('the watch is current', isCurrent, 60_000);
  });

  it('gives the lease back when it stops', async () => {
    expect(await service.end('SIGTERM')).toBe(0);
    expect(await rowsOf(installation.db, sql`select owner, mechanism from directory_watch`)).toEqual([
      { owner: null, mechanism: null },
    ]);
  });
});
