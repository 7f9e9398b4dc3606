/** Finds people, groups, directory entries, teams, projects and runs by what a user types. */
import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Found, SearchResults } from '../../model/operations/search.ts';
import type { Database } from '../database/database.ts';
import { query, sqlState } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';
import { entries, groups, people, projects, runs, teams } from './search-statements.ts';

/** How long the statement for one kind may run, because a user waits while typing. */
const LIMIT_MS = 1_000;
const CANCELLED = '57014';

/** Searches each kind and returns at most `limit` results of each. `limitMs`: the time for each kind. */
export async function search(
  db: Database,
  text: string,
  limit: number,
  { limitMs = LIMIT_MS } = {},
): Promise<SearchResults> {
  const items: Found[] = [];
  const incomplete: Found['kind'][] = [];
  for (const [kind, statement] of statements(text, limit + 1)) {
    const rows = await withinTime(db, statement, limitMs);
    items.push(...(rows ?? []).slice(0, limit));
    if (rows === undefined || rows.length > limit) incomplete.push(kind);
  }
  return { items, incomplete };
}

function statements(text: string, limit: number): readonly (readonly [Found['kind'], RawBuilder<Found>])[] {
  return [
    ['run', runs(text)],
    ['person', people(text, limit)],
    ['group', groups(text, limit)],
    ['team', teams(text, limit)],
    ['project', projects(text, limit)],
    ['entry', entries(text, limit)],
  ];
}

/** undefined: the time was not enough. */
async function withinTime<Row>(
  db: Database,
  statement: RawBuilder<Row>,
  limitMs: number,
): Promise<readonly Row[] | undefined> {
  try {
    return await transact(
      db,
      async em => {
        await query(em, sql`select set_config('statement_timeout', ${`${limitMs}ms`}, true)`);
        return query(em, statement);
      },
      { readOnly: true },
    );
  } catch (error) {
    if (sqlState(error) === CANCELLED) return undefined;
    throw error;
  }
}
