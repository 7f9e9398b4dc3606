/** Counts the members in doubt, and finds the oldest doubts. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { DoubtCounts, DoubtKind, ListedDoubt } from '../../model/doubt.ts';
import { query } from '../database/sql.ts';
import { CURRENT_DOUBTS } from './current-doubts.ts';
import { doubtRows, toListedDoubt } from './list.ts';

/**
 * Counts the members in doubt of a directory's groups by kind, with the start of the oldest doubt without a decision.
 */
export async function countDoubts(em: EntityManager, directory: string): Promise<DoubtCounts> {
  const rows = await query(
    em,
    sql<{ kind: DoubtKind; count: number; undecided: number; oldest: number | null }>`
      select d.kind, count(*)::int as count, count(*) filter (where d.decision is null)::int as undecided,
        extract(epoch from min(d.since) filter (where d.decision is null))::float8 * 1000 as oldest
      from ${CURRENT_DOUBTS}
      where d.directory = ${directory}
      group by d.kind order by d.kind`,
  );
  const oldest = rows.flatMap(row => row.oldest ?? []);
  return {
    total: rows.reduce((sum, row) => sum + row.count, 0),
    undecided: rows.reduce((sum, row) => sum + row.undecided, 0),
    oldestSince: oldest.length === 0 ? undefined : new Date(Math.min(...oldest)),
    byKind: Object.fromEntries(rows.map(row => [row.kind, row.count])),
  };
}

/** The oldest doubts of a directory, those without a decision first. */
export async function oldestDoubts(
  em: EntityManager,
  directory: string,
  limit: number,
): Promise<readonly ListedDoubt[]> {
  const rows = await query(
    em,
    doubtRows(sql`
      d.directory = ${directory}
      order by d.decision is not null, d.since, d.access_group_id, d.user_id
      limit ${limit}`),
  );
  return rows.map(toListedDoubt);
}
