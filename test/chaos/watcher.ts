/** Checks the database during the faults, and everything that was written afterwards. */
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { ChurningDirectory } from './churning-directory.ts';
import type { Timeline } from './timeline.ts';

/** The result of one check; every list is empty in a correct database. */
interface Observation {
  readonly manual: string;
  readonly active: number;
  readonly drift: number;
  readonly orphans: number;
}

export interface Watch {
  readonly observations: number;
  readonly breaches: readonly string[];
}

const OBSERVATION = `
  select
    (select string_agg(concat_ws(' ', g.id, g.name, g.type, m.user_id), ',' order by g.id, m.user_id)
      from access_group g left join access_group_members m on m.access_group_id = g.id where not g.managed) as manual,
    (select count(*)::int from sync_run where status in ('reading', 'planning', 'applying')) as active,
    (select count(*)::int from access_group g where g.managed
      and not exists (select from directory_group d where d.access_group_id = g.id)) as orphans,
    (select count(*)::int from (
        select access_group_id, user_id, sum(case action when 'add' then 1 else -1 end) as times
        from membership_change group by access_group_id, user_id
      ) replayed
      full join access_group_members m using (access_group_id, user_id)
      where coalesce(times, 0) <> case when m.id is null then 0 else 1 end) as drift`;

/** Checks repeatedly until the signal; skips checks while PostgreSQL is unavailable. */
export async function watch(databaseUrl: string, signal: AbortSignal): Promise<Watch> {
  const breaches = new Set<string>();
  let observations = 0;
  let manual: string | undefined;
  while (!signal.aborted) {
    const observation = await look(databaseUrl);
    if (observation !== undefined) {
      observations++;
      manual ??= observation.manual;
      if (observation.manual !== manual) breaches.add(`manual groups changed: ${observation.manual}`);
      if (observation.active > 1) breaches.add(`${observation.active} runs of one directory at once`);
      if (observation.drift > 0)
        breaches.add(`${observation.drift} memberships that the audit does not explain`);
      if (observation.orphans > 0) breaches.add(`${observation.orphans} managed groups without a directory`);
    }
    await pause(150);
  }
  return { observations, breaches: [...breaches] };
}

async function look(databaseUrl: string): Promise<Observation | undefined> {
  try {
    const [row] = await ask<Observation>(databaseUrl, OBSERVATION);
    return row;
  } catch {
    return undefined;
  }
}

/** The rows of one statement, over its own connection. */
export async function ask<Row extends object>(databaseUrl: string, statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

interface ChangeRow {
  readonly run: string;
  readonly action: 'add' | 'remove';
  readonly group: string;
  readonly username: string;
  readonly from: Date;
  readonly to: Date;
}

/** Every membership change for which the directory had no reason while the run read it. */
export async function unfounded(databaseUrl: string, timeline: Timeline): Promise<readonly string[]> {
  const rows = await ask<ChangeRow>(
    databaseUrl,
    `select c.run_id as run, c.action, d.external_id as group, c.username, r.started_at as from, c.at as to
     from membership_change c
     join sync_run r on r.id = c.run_id
     join directory_group d on d.access_group_id = c.access_group_id`,
  );
  const wrong = rows.filter(({ action, group, username, from, to }) => {
    return !timeline.mayHaveBeen(action === 'add', group, username, from.getTime() - 5, to.getTime() + 5);
  });
  return wrong.map(({ run, action, group, username }) => `run ${run}: ${action} ${username}, group ${group}`);
}

interface GroupRow {
  readonly id: string;
  readonly name: string;
  readonly members: string[];
}

/** The managed groups, except those without members whose directory group was deleted. */
export async function groupsNow(databaseUrl: string): Promise<GroupRow[]> {
  const rows = await ask<GroupRow & { readonly state: string }>(
    databaseUrl,
    `select d.external_id as id, d.state, g.name,
       array(select u.username::text from access_group_members m join auth_user u on u.id = m.user_id
         where m.access_group_id = g.id order by 1) as members
     from directory_group d join access_group g on g.id = d.access_group_id order by 1`,
  );
  return rows
    .filter(({ state, members }) => state !== 'missing' || members.length > 0)
    .map(({ id, name, members }) => ({ id, name, members }));
}

/** The same from the directory. */
export function groupsTrue(churning: ChurningDirectory): GroupRow[] {
  const groups = [...churning.groups()].map(([id, { name, members }]) => ({
    id,
    name,
    members: [...members].sort(),
  }));
  return groups.sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** Runs that should have ended, or that left a group undone. */
export function stuck(databaseUrl: string): Promise<object[]> {
  return ask(
    databaseUrl,
    `select id from sync_run where queued_at < now() - interval '20 seconds'
      and (status in ('reading', 'planning', 'applying', 'queued', 'held')
        or exists (select from sync_run_group g where g.run_id = id and g.outcome in ('pending', 'failed')))`,
  );
}
