/** Seals the rows of the audit after their transactions have ended. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { Anchor } from '../../model/audit.ts';
import { query } from '../database/sql.ts';
import { append, sealedUpTo } from './chain.ts';
import { digestsByTransaction } from './digests.ts';

/** How many rows of each table one step seals. A transaction with more rows is one step. */
const ROWS_PER_STEP = 50_000;

/** The borders in a seal of new rows: retention has removed none of them. */
export const NO_BORDERS = { memberBorder: 0, groupBorder: 0 } as const;

/**
 * Seals the next rows that have no seal, in the order of their transactions. undefined: there are none whose order is
 * final. It needs a transaction with one snapshot. Writers of the audit never wait for it.
 */
export async function sealNext(
  em: EntityManager,
): Promise<{ readonly anchor: Anchor; readonly transactions: number } | undefined> {
  const last = await sealedUpTo(em);
  const after = last === undefined ? sql`true` : sql`xact > ${last}::xid8`;
  // An open transaction may still add rows before those of later ones.
  const final = sql`${after} and xact < pg_snapshot_xmin(pg_current_snapshot())`;
  const step = sql`${final} and ${upTo('membership_change', final)} and ${upTo('access_group_change', final)}`;
  const found = await query(em, digestsByTransaction(step));
  if (found.length === 0) return undefined;
  const seals = found
    .toSorted((one, other) => (BigInt(one.xact) < BigInt(other.xact) ? -1 : 1))
    .map(({ xact, row_count: rows, digest }) => {
      return { kind: 'rows', xact, rows, digest, ...NO_BORDERS, intact: true } as const;
    });
  const anchor = await append(em, seals);
  return anchor && { anchor, transactions: seals.length };
}

/** The transactions up to the one that fills the step with rows of this table. */
function upTo(table: string, final: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`xact <= coalesce(
    (select xact from ${sql.table(table)} where ${final} order by xact, id offset ${ROWS_PER_STEP} limit 1),
    '18446744073709551615'::xid8
  )`;
}
