/** The chain of seals: reads it, and appends to it. */
import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { Seal } from '../../model/audit.ts';
import { chunks, jsonOf, query, queryOne } from '../database/sql.ts';

/** A seal without its place in the chain. */
export type NewSeal = Omit<Seal, 'number' | 'sealedAt' | 'previous' | 'head'>;

/** The head of a seal, computed from its other values. */
export function headOf(seal: Omit<Seal, 'head'>): string {
  const { number, kind, sealedAt, xact, rows, digest, memberBorder, groupBorder, intact, previous } = seal;
  const content = [number, kind, sealedAt, xact, rows, digest, memberBorder, groupBorder, intact, previous];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

/** A query of seals, in the form of the model. */
export function sealsWhere(condition: RawBuilder<unknown>): RawBuilder<Seal> {
  return sql`
    select number::float8 as number, kind, (extract(epoch from sealed_at) * 1000000)::float8 as "sealedAt",
      xact::text as xact, row_count::float8 as rows, digest, member_border::float8 as "memberBorder",
      group_border::float8 as "groupBorder", intact, previous, head
    from audit_seal where ${condition}`;
}

export function newestSeal(em: EntityManager): Promise<Seal | undefined> {
  return queryOne(em, sealsWhere(sql`number = (select max(number) from audit_seal)`));
}

/** The seals whose transactions are of this server: those since the last restore. */
export const OF_THIS_SERVER = sql`
  number >= coalesce((select max(number) from audit_seal where kind = 'restore'), 0)`;

/** A query of the number of the oldest seal that no later one replaced; no row if none was replaced. */
export const OLDEST_NEEDED = sql`
  select least(r.number, (
    select min(number) from audit_seal where kind = 'rows' and ${OF_THIS_SERVER} and xact > r.xact
  )) from audit_seal r where r.kind <> 'rows' order by r.number desc limit 1`;

/** The last sealed transaction; undefined: there are no seals. The newest seal may replace others and have an earlier one. */
export async function sealedUpTo(em: EntityManager): Promise<string | undefined> {
  const row = await queryOne(
    em,
    sql<{
      xact: string;
    }>`select xact::text as xact from audit_seal where ${OF_THIS_SERVER} order by audit_seal.xact desc limit 1`,
  );
  return row?.xact;
}

/** The newest seal that replaced earlier ones. */
export function newestReplacing(em: EntityManager): Promise<Seal | undefined> {
  return queryOne(em, sealsWhere(sql`number = (select max(number) from audit_seal where kind <> 'rows')`));
}

/**
 * Appends seals and returns the newest. It fails with a unique violation if another transaction appended at the same time.
 */
export async function append(em: EntityManager, seals: readonly NewSeal[]): Promise<Seal | undefined> {
  let newest = await newestSeal(em);
  const clock = await queryOne(
    em,
    sql<{ now: number }>`select (extract(epoch from now()) * 1000000)::float8 as now`,
  );
  const linked: Seal[] = [];
  for (const seal of seals) {
    const { number, head: previous } = newest ?? { number: 0, head: '' };
    const placed = { ...seal, number: number + 1, sealedAt: clock?.now ?? 0, previous };
    newest = { ...placed, head: headOf(placed) };
    linked.push(newest);
  }
  for (const some of chunks(linked)) await insert(em, some);
  return newest;
}

async function insert(em: EntityManager, seals: readonly Seal[]): Promise<void> {
  await query(
    em,
    sql`
      insert into audit_seal
        (number, kind, sealed_at, xact, row_count, digest, member_border, group_border, intact, previous, head)
      select number, kind, timestamptz 'epoch' + "sealedAt" * interval '1 us', xact::xid8, rows, digest, "memberBorder",
        "groupBorder", intact, previous, head
      from json_to_recordset(${jsonOf(seals)}::json) as s (number bigint, kind text, "sealedAt" bigint, xact text,
        rows bigint, digest text, "memberBorder" bigint, "groupBorder" bigint, intact boolean, previous text, head text)`,
  );
}
