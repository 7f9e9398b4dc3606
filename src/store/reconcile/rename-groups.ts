/** Applies all renames of a run in one transaction. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import { markSync } from '../database/session-variables.ts';
import { intArray, jsonOf, query } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';
import { recordRenames } from './groups.ts';
import { lockRun, lockSources } from './locks.ts';
import { type NameHolder, possibleRenames, type Rename } from './possible-renames.ts';

/**
 * Applies all renames of a run before its tasks, in one transaction, because two groups that swap names could not be
 * renamed one after the other. A group keeps its old name if another group keeps the new one. Does nothing on a
 * repeated call, if the run has ended, or if its plan is too old.
 */
export async function renameGroups(db: Database, run: number): Promise<void> {
  if ((await pendingRenames(db.orm.em.fork(), run)).length === 0) return;
  await transact(db, async em => {
    const { directory, applying, outdated } = await lockRun(em, run);
    if (!applying || outdated) return;
    const seqs = await pendingRenames(em, run);
    if (seqs.length === 0) return;
    await lockSources(em, run, directory, seqs);
    const wanted = await findRenames(em, run, directory, seqs);
    const possible = possibleRenames(wanted, await findNameHolders(em, wanted));
    await markSync(em);
    await renameViaPlaceholders(em, { run, directory }, possible);
  });
}

async function pendingRenames(em: EntityManager, run: number): Promise<number[]> {
  const rows = await query(
    em,
    sql<{ seq: number }>`
      select seq from sync_run_group
      where run_id = ${run} and outcome = 'pending' and previous_name is not null
      order by seq`,
  );
  return rows.map(row => row.seq);
}

/** Only managed groups that are still linked to the sources, not touched by a newer run and not frozen. */
async function findRenames(em: EntityManager, run: number, directory: string, seqs: readonly number[]) {
  return query(
    em,
    sql<Rename>`
      select g.id, g.team_id as "teamId", g.name, r.name as "newName"
      from sync_run_group r
      join access_group g on g.id = r.access_group_id and g.managed and g.name <> r.name
      where r.run_id = ${run} and r.seq = any(${intArray(seqs)}::integer[])
        and exists (
          select from directory_group d
          where d.directory = ${directory} and d.external_id = any(r.sources) and d.access_group_id = g.id
        )
        and not exists (
          select from directory_group d
          where d.directory = ${directory} and d.external_id = any(r.sources) and (d.applied_run > ${run} or d.frozen_at is not null)
        )
      order by g.id
      for update of g`,
  );
}

async function findNameHolders(em: EntityManager, wanted: readonly Rename[]): Promise<readonly NameHolder[]> {
  return query(
    em,
    sql<NameHolder>`
      select g.id, g.team_id as "teamId", g.name
      from json_to_recordset(${jsonOf(wanted)}::json) as w("teamId" integer, "newName" text)
      join access_group g on g.team_id = w."teamId" and g.name = w."newName"`,
  );
}

/** Uses placeholder names, because the unique constraint is checked for each row. */
async function renameViaPlaceholders(
  em: EntityManager,
  { run, directory }: { readonly run: number; readonly directory: string },
  renames: readonly Rename[],
): Promise<void> {
  if (renames.length === 0) return;
  const ids = intArray(renames.map(rename => rename.id));
  await query(
    em,
    sql`update access_group set name = '~' || gen_random_uuid() where id = any(${ids}::integer[])`,
  );
  await query(
    em,
    sql`
      with renamed as (
        update access_group g set name = w."newName"
        from json_to_recordset(${jsonOf(renames)}::json) as w(id integer, name text, "newName" text)
        where g.id = w.id
        returning g.id, g.team_id, g.name, w.name as previous_name
      )
      ${recordRenames(run, directory)}`,
  );
}
