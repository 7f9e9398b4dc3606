import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { DoubtCounts, DoubtKind, ListedDoubt } from '../../model/doubt.ts';
import { query } from '../database/sql.ts';
import { doubtRows, listed } from './list.ts';
import { LIVE } from './live.ts';

/** Members of a directory's groups who are in doubt, by kind, and since when the oldest of them waits for a decision. */
export async function countDoubts(em: EntityManager, directory: string): Promise<DoubtCounts> {
  const rows = await query(
    em,
    sql<{ kind: DoubtKind; count: number; undecided: number; oldest: number | null }>`
      select d.kind, count(*)::int as count, count(*) filter (where d.decision is null)::int as undecided,
        extract(epoch from min(d.since) filter (where d.decision is null))::float8 * 1000 as oldest
      from ${LIVE}
      where d.directory = ${directory}
      group by d.kind order by d.kind`,
  );
  const moments = rows.flatMap(row => row.oldest ?? []);
  return {
    total: rows.reduce((sum, row) => sum + row.count, 0),
    undecided: rows.reduce((sum, row) => sum + row.undecided, 0),
    oldestSince: moments.length === 0 ? undefined : new Date(Math.min(...moments)),
    byKind: Object.fromEntries(rows.map(row => [row.kind, row.count])),
  };
}

/** The doubts of a directory that have waited longest, those without a decision first. */
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
  return rows.map(listed);
}
