/** The consumers of docs/events.md over a churn with two workers: stopped, restarted and late, each sees every change once. */
import { sql } from 'kysely';
import { Attribute, Change, Client } from 'ldapts';
import { Client as PgClient } from 'pg';
import { expect, it } from 'vitest';
import { query } from '../../src/store/database/sql.ts';
import { temporaryFolder } from '../support/config.ts';
import { blocksOf } from '../support/documents.ts';
import { type Installation, openInstallation, TOKEN } from '../support/given/installation.ts';
import { rowsOf } from '../support/given/saved-plan.ts';
import { followerIn, type WrittenChange } from '../support/observe/follower.ts';
import { until } from '../support/observe/until.ts';
import { databaseOfOwnServer } from '../support/servers/database.ts';
import { serve } from '../support/servers/rollcall.ts';

const STEPS = 8;
const PEOPLE = ['alice', 'bob', 'carol', 'dan', 'eve', 'frank'];
const GROUPS = ['devs', 'ops', 'all'];

/** Changes the members of each directory group, differently in each step. */
async function moveMembers(admin: Client, step: number): Promise<void> {
  for (const [place, group] of GROUPS.entries()) {
    const values = PEOPLE.filter((_, at) => (at + step * (place + 1)) % 3 !== 0).map(
      uid => `uid=${uid},ou=people,dc=test`,
    );
    const modification = new Attribute({ type: 'member', values });
    await admin.modify(`cn=${group},ou=groups,dc=test`, new Change({ operation: 'replace', modification }));
  }
}

/** Changes a manual group in a transaction that commits while the sync of the step runs. */
async function editByHand({ db }: Installation, step: number, syncing: () => Promise<unknown>) {
  let synced: Promise<unknown> | undefined;
  await db.orm.em.fork().transactional(async em => {
    await query(em, sql`delete from access_group_members where access_group_id = 1`);
    await query(
      em,
      sql`
        insert into access_group_members (access_group_id, user_id)
        select 1, id from auth_user where id % 3 <> ${step} % 3`,
    );
    synced = syncing();
  });
  await synced;
}

/** LISTEN and the function of the document, as an application would call them. */
async function followInSql({ databaseUrl }: Installation) {
  const [cache = '', listen = ''] = blocksOf('docs/events.md', 'sql');
  const client = new PgClient({ connectionString: databaseUrl });
  await client.connect();
  await client.query(cache);
  await client.query(listen);
  let turn: Promise<unknown> = Promise.resolve();
  client.on('notification', () => {
    turn = turn.then(() => client.query('select follow_memberships()'));
  });
  const members = async () => {
    await turn;
    await client.query('select follow_memberships()');
    const { rows } = await client.query('select group_id, user_id from cached_member order by 1, 2');
    return rows;
  };
  return { members, [Symbol.asyncDispose]: () => client.end() };
}

/** The memberships after these changes, as rows of the database. */
function replay(changes: readonly WrittenChange[]) {
  const members = new Map<string, object>();
  for (const { action, groupId, userId } of changes) {
    if (action === 'add') members.set(`${groupId} ${userId}`, { group_id: groupId, user_id: userId });
    else members.delete(`${groupId} ${userId}`);
  }
  return members;
}

it('every consumer of docs/events.md sees each membership change once, also after a stop, a restart and a delay (G32)', async () => {
  // Changes appear when no older transaction of the server is open, and other tests leave some open on purpose.
  await using installation = await openInstallation(databaseOfOwnServer);
  await using folder = await temporaryFolder();
  await using service = await serve(installation.config, '--roles', 'http,worker');
  await using _second = await serve(installation.config, '--roles', 'worker');
  const access = { url: service.url ?? '', token: TOKEN };
  await using stream = await followerIn('ts', folder, { ...access, name: 'stream' });
  await using poll = await followerIn('python', folder, { ...access, name: 'poll' });
  await using late = await followerIn('ts', folder, { ...access, name: 'late' });
  await rowsOf(installation.db, sql`insert into access_group (team_id, name) values (1, 'desk')`);
  await using cache = await followInSql(installation);
  const admin = new Client({ url: installation.slapd.url });
  await admin.bind(installation.slapd.adminDn, installation.slapd.adminPassword);
  for (let step = 0; step < STEPS; step += 1) {
    if (step % 3 === 0) for (const each of [stream, poll]) each.start();
    await moveMembers(admin, step);
    await editByHand(installation, step, () => installation.call('sync', 'corp'));
    if (step % 3 === 1) await Promise.all([stream.kill(), poll.kill()]);
  }
  await admin.unbind();
  late.start();

  const all = await rowsOf(
    installation.db,
    sql<{
      cursor: string;
    }>`select xact || '-member-' || id as cursor from membership_change order by xact, id`,
  );
  const wanted = all.map(({ cursor }) => cursor);
  expect(wanted.length).toBeGreaterThan(50);
  for (const each of [stream, poll, late]) {
    await until(
      'the consumer has written the last change',
      () => each.written().at(-1)?.cursor === wanted.at(-1),
    );
    expect(each.written().map(({ cursor }) => cursor)).toEqual(wanted);
  }
  const members = await rowsOf(
    installation.db,
    sql`select access_group_id as group_id, user_id from access_group_members order by 1, 2`,
  );
  expect(await cache.members()).toEqual(members);
  expect(replay(late.written()).values().toArray()).toEqual(expect.arrayContaining([...members]));
  expect(replay(late.written()).size).toBe(members.length);
});
