/** Rules over the tables of `database`: whose they are, and in which schema. */
import * as z from 'zod';
import type { Problem } from '../schema/problem.ts';
import { DEFAULT_SCHEMA, schemaAndTable } from './application-tables.ts';
import { pick } from './pick.ts';

const TABLES = ['users', 'teams', 'teamMembers', 'projects'] as const;
const PATH = ['database'];

/** Checks that `core` and the tables fit each other, and that Rollcall's schema is not that of the application. */
export function applicationTables(content: unknown): Problem[] {
  const database = pick({ database: z.looseObject({}) }, content)?.database ?? {};
  const given = TABLES.filter(key => database[key] !== undefined);
  if (database['core'] !== 'theirs') {
    const message = 'has an effect only with core: theirs; add that, or remove the table';
    return given.map(key => ({ path: [...PATH, key], message }));
  }
  return [...missing(given), ...ownSchema(database, given)];
}

function missing(given: readonly string[]): Problem[] {
  if (!given.includes('users')) {
    const message =
      'is missing: core: theirs needs the table of the users, such as users: { table: public.users }';
    return [{ path: [...PATH, 'users'], message }];
  }
  if (given.includes('teams')) return [];
  const message = 'refers to teams of the application; add teams, or remove it';
  return given.filter(key => key !== 'users').map(key => ({ path: [...PATH, key], message }));
}

function ownSchema(database: Record<string, unknown>, given: readonly string[]): Problem[] {
  const own = database['schema'] ?? DEFAULT_SCHEMA;
  return given.flatMap(key => {
    const table = pick({ table: z.string() }, database[key])?.table;
    if (table === undefined || schemaAndTable(table)[0] !== own) return [];
    const message = `is in the schema "${String(own)}", which is Rollcall's; set database.schema to another one`;
    return [{ path: [...PATH, key, 'table'], message }];
  });
}
