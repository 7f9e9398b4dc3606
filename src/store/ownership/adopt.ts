/** Links manual AccessGroups to directory groups. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import type { ManagedGroup } from '../../model/current.ts';
import type { Act, Candidate, NewLink, Owned } from '../../model/ownership.ts';
import type { Run } from '../../model/run.ts';
import type { IdSet } from '../../model/snapshot.ts';
import { storable } from '../../text/storable.ts';
import { forgetMarker } from '../current/directory-state.ts';
import { loadGroups } from '../current/managed-groups.ts';
import type { Database } from '../database/database.ts';
import { markSync } from '../database/session-variables.ts';
import { query, queryOne } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';
import { lockLinks } from '../reconcile/locks.ts';
import { queueRun } from '../runs/request.ts';
import { lockRequests } from '../runs/run-record.ts';
import { recordEvents } from './events.ts';
import { supersedeTasks } from './tasks.ts';

/**
 * The directory groups without an AccessGroup that this one may belong to: their name, or the name that their mapping
 * gives them, is its name.
 */
export async function candidatesFor(db: Database, { team, name }: Owned): Promise<readonly Candidate[]> {
  return query(
    db.orm.em.fork(),
    sql<Candidate>`
      select directory, dn from directory_group
      where access_group_id is null
        and (cn = ${name} or replace(mapping, '{cn}', cn) = ${`${team}/${name}`})
      order by directory, dn`,
  );
}

/** The directories that have a group with this DN on record. */
export async function directoriesKnowing(db: Database, dn: string): Promise<readonly string[]> {
  const rows = await query(
    db.orm.em.fork(),
    sql<{ directory: string }>`
      select distinct directory from directory_group where lower(dn) = lower(${dn}) order by 1`,
  );
  return rows.map(row => row.directory);
}

/** An AccessGroup with its members, in the form in which the planner gets managed ones. undefined: it was deleted. */
export async function loadManualGroup(db: Database, id: number): Promise<ManagedGroup | undefined> {
  const [group] = await loadGroups(db.orm.em.fork(), sql`select ${id}::integer as id`);
  return group;
}

/**
 * Links a manual AccessGroup to a directory group and queues the run that applies its members. Throws RefusedError
 * `plan_changed` if the group, its members or the directory group differ from the preview.
 */
export async function linkGroup(db: Database, link: NewLink, act: Act): Promise<Run> {
  const { accessGroupId: id, directory } = link;
  return transact(db, async em => {
    await markSync(em);
    await lockRequests(em);
    await supersedeTasks(em, id);
    await lockLinks(em, directory, [link.externalId]);
    await requireUnchanged(em, link);
    await saveLink(em, link);
    await forgetMarker(em, sql`select ${directory}`);
    await recordEvents(em, [id], { action: 'adopt', directory, ...act });
    const { run } = await queueRun(em, {
      directory,
      trigger: 'manual',
      mode: 'apply',
      requestedBy: act.by,
      group: link.dn,
    });
    return run;
  });
}

/** Locks the group. The lock waits for concurrent changes of members and blocks new ones (case D10). */
async function requireUnchanged(em: EntityManager, link: NewLink): Promise<void> {
  await query(em, sql`select from access_group where id = ${link.accessGroupId} for update`);
  const now = await queryOne(
    em,
    sql<{ same: boolean; members: readonly number[] }>`
      select not g.managed and g.name = ${link.name} and t.slug = ${link.team} as same,
        array(select user_id from access_group_members m where m.access_group_id = g.id order by user_id) as members
      from access_group g
      join team t on t.id = g.team_id
      where g.id = ${link.accessGroupId}`,
  );
  if (now?.same === true && sameIds(now.members, link.present)) return;
  throw changed(`AccessGroup ${link.team}/${link.name} or its members have changed`);
}

function sameIds(one: readonly number[], other: IdSet): boolean {
  return one.length === other.length && one.every((id, at) => id === other[at]);
}

/** One statement, because the database refuses a group that is linked but manual, or managed but not linked. */
async function saveLink(em: EntityManager, link: NewLink): Promise<void> {
  const saved = await query(
    em,
    sql`
      with adopted as (
        update access_group set managed = true where id = ${link.accessGroupId} returning id, team_id
      )
      insert into directory_group as d (directory, external_id, dn, cn, mapping, state, access_group_id, team_id)
      select ${link.directory}, ${link.externalId}::uuid, ${storable(link.dn)}, ${storable(link.cn)}, ${link.mapping},
        'linked', g.id, g.team_id
      from adopted g
      on conflict (directory, external_id) do update
        set dn = excluded.dn, cn = excluded.cn, mapping = excluded.mapping, state = 'linked', reason = null,
          missed_reads = 0, missing_since = null, access_group_id = excluded.access_group_id,
          team_id = excluded.team_id, last_error = null
        where d.access_group_id is null
      returning d.external_id`,
  );
  if (saved.length === 0) throw changed(`"${link.dn}" has become the source of another AccessGroup`);
}

function changed(what: string): RefusedError {
  return new RefusedError('plan_changed', `${what} since the preview: preview the adoption again`);
}
