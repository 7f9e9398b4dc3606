/** Replaces seals, when retention removes rows and when a restore changes the transactions of all rows. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Seal } from '../../model/audit.ts';
import type { Database } from '../database/database.ts';
import { query, queryOne } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';
import { append, type NewSeal, newestReplacing, newestSeal, OLDEST_NEEDED, sealedUpTo } from './chain.ts';
import { digestOfKept } from './digests.ts';
import { NO_BORDERS } from './seal.ts';
import { verifyIn } from './verify.ts';

/** Retention may remove sealed rows with smaller ids. */
export type Borders = Pick<Seal, 'memberBorder' | 'groupBorder'>;

/**
 * Seals what retention will keep, before it removes anything, so that the audit agrees with its seals before, during and
 * after the removal. Rows without a seal and the newest row of the audit of members stay.
 */
export function sealForRetention(db: Database, olderThanMs: number): Promise<Borders> {
  return transact(db, em => sealKept(em, olderThanMs), { isolationLevel: 'repeatable read' });
}

/** As sealForRetention, in a transaction with one snapshot. */
export async function sealKept(em: EntityManager, olderThanMs: number): Promise<Borders> {
  const last = await sealedUpTo(em);
  if (last === undefined) return NO_BORDERS;
  const before = (await newestReplacing(em)) ?? { ...NO_BORDERS, xact: '0' };
  const found = await bordersOf(em, last, olderThanMs);
  const borders = {
    memberBorder: Math.max(before.memberBorder, found.memberBorder),
    groupBorder: Math.max(before.groupBorder, found.groupBorder),
  };
  if (borders.memberBorder === before.memberBorder && borders.groupBorder === before.groupBorder)
    return borders;
  const { breaches } = await verifyIn(em, []);
  const xact = await lastBelow(em, borders, before.xact);
  await replace(em, { kind: 'retention', xact, ...borders, intact: breaches.every(isReported) });
  return borders;
}

/** Whether an earlier seal records the breach already. */
function isReported({ kind }: { readonly kind: string }): boolean {
  return kind === 'replaced';
}

async function bordersOf(em: EntityManager, last: string, olderThanMs: number): Promise<Borders> {
  const young = sql`at >= now() - ${olderThanMs} * interval '1 millisecond' or xact > ${last}::xid8`;
  const border = (table: string) => sql`(select min(id) from ${sql.table(table)} where ${young})`;
  const row = await queryOne(
    em,
    sql<Borders>`
      select coalesce(least(${border('membership_change')}, (select max(id) from membership_change)), 0)::float8
          as "memberBorder",
        coalesce(${border('access_group_change')}, (select max(id) + 1 from access_group_change), 0)::float8
          as "groupBorder"`,
  );
  return row ?? NO_BORDERS;
}

/** The last transaction with rows below the borders. */
async function lastBelow(em: EntityManager, borders: Borders, atLeast: string): Promise<string> {
  const last = (table: string, border: number) =>
    sql`(select xact from ${sql.table(table)} where id < ${border} order by xact desc limit 1)`;
  const row = await queryOne(
    em,
    sql<{ xact: string }>`
      select greatest(${atLeast}::xid8, ${last('membership_change', borders.memberBorder)},
        ${last('access_group_change', borders.groupBorder)})::text as xact`,
  );
  return row?.xact ?? atLeast;
}

/** Seals all rows up to a transaction again. */
async function replace(em: EntityManager, seal: Omit<NewSeal, 'rows' | 'digest'>) {
  const { row_count: rows = 0, digest = '' } = (await queryOne(em, digestOfKept(seal))) ?? {};
  await append(em, [{ ...seal, rows, digest }]);
}

/**
 * Seals the rows of a restored audit again, after `move` has moved them into this transaction. Rows that were written
 * between the restore and now had no seal.
 */
export async function sealRestored(em: EntityManager, move: () => Promise<void>): Promise<void> {
  if ((await newestSeal(em)) === undefined) return move();
  const { memberBorder, groupBorder } = (await newestReplacing(em)) ?? NO_BORDERS;
  const { breaches } = await verifyIn(em, []);
  const intact = breaches.every(
    breach => isReported(breach) || (breach.kind === 'rows' && breach.seal === undefined),
  );
  await move();
  const own = await queryOne(em, sql<{ xact: string }>`select pg_current_xact_id()::text as xact`);
  await replace(em, { kind: 'restore', xact: own?.xact ?? '0', memberBorder, groupBorder, intact });
}

/** Removes the seals that a later one replaced, except the last of them: it shows that all before it were replaced. */
export async function removeReplacedSeals(em: EntityManager): Promise<void> {
  await query(em, sql`delete from audit_seal where number < (${OLDEST_NEEDED}) - 1`);
}
