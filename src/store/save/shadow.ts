/** Saves what a run would do to the groups in shadow. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { ShadowDrift } from '../../model/run.ts';
import type { IdSet } from '../../model/snapshot.ts';
import { chunks, intArray, jsonOf, query } from '../database/sql.ts';

const ROWS_PER_STATEMENT = 1_000;

/** When a run first found that a group differs. */
interface Found {
  readonly runId: string;
  readonly since: string;
}

/** Replaces the saved drift of the directory; undefined: no mapping is in shadow. Writes only the rows that differ. */
export async function saveShadow(
  em: EntityManager,
  { run, directory }: { readonly run: number; readonly directory: string },
  drift: ShadowDrift | undefined,
): Promise<void> {
  const rows = drift === undefined ? [] : await rowsOf(em, directory, drift);
  for (const some of chunks(rows, ROWS_PER_STATEMENT)) await writeRows(em, run, directory, some);
  await query(em, sql`delete from shadow_change where directory = ${directory} and seq >= ${rows.length}`);
}

async function rowsOf(em: EntityManager, directory: string, { changes, newUsers }: ShadowDrift) {
  const found = await foundBefore(em, directory);
  const nameOf = (id: number) => newUsers[-id - 1]?.username ?? [];
  const real = (ids: IdSet) => intArray(ids.filter(id => id > 0));
  return changes.map(({ add, remove, desired: _desired, kept: _kept, ...change }, seq) => ({
    ...change,
    ...found.get(keyOf(change)),
    seq,
    toAdd: real(add),
    newUsers: Array.from(add.filter(id => id < 0)).flatMap(nameOf),
    toRemove: real(remove),
  }));
}

async function foundBefore(em: EntityManager, directory: string): Promise<ReadonlyMap<string, Found>> {
  const rows = await query(
    em,
    sql<Found & { readonly accessGroupId: number | undefined; readonly dn: string }>`
      select access_group_id as "accessGroupId", dn, run_id::text as "runId", since::text as since
      from shadow_change where directory = ${directory} order by since desc`,
  );
  return new Map(rows.map(({ runId, since, ...row }) => [keyOf(row), { runId, since }]));
}

function keyOf({
  accessGroupId,
  dn,
}: {
  readonly accessGroupId: number | null | undefined;
  readonly dn: string;
}): string {
  return accessGroupId ? String(accessGroupId) : dn;
}

async function writeRows(
  em: EntityManager,
  run: number,
  directory: string,
  rows: readonly object[],
): Promise<void> {
  await query(
    em,
    sql`
      insert into shadow_change as s (directory, seq, dn, mapping, kind, access_group_id, team, name, previous_name,
        to_add, new_users, to_remove, facts, held, reason, explanation, run_id, since)
      select ${directory}, n.seq, n.dn, n.label, n.kind, n."accessGroupId", n.team, n.name, n."previousName",
        n."toAdd", n."newUsers", n."toRemove", n.facts, n.held, n.reason, n.explanation, coalesce(n."runId", ${run}),
        coalesce(n.since, now())
      from json_to_recordset(${jsonOf(rows)}::json) as n(seq integer, dn text, label text, kind text,
        "accessGroupId" integer, team text, name text, "previousName" text, "toAdd" integer[], "newUsers" text[],
        "toRemove" integer[], facts jsonb, held integer, reason text, explanation text, "runId" bigint, since timestamptz)
      on conflict (directory, seq) do update
      set dn = excluded.dn, mapping = excluded.mapping, kind = excluded.kind, access_group_id = excluded.access_group_id,
        team = excluded.team, name = excluded.name, previous_name = excluded.previous_name, to_add = excluded.to_add,
        new_users = excluded.new_users, to_remove = excluded.to_remove, facts = excluded.facts, held = excluded.held, reason = excluded.reason,
        explanation = excluded.explanation, run_id = excluded.run_id, since = excluded.since
      where s is distinct from excluded`,
  );
}
