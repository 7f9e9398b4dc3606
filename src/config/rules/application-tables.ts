/** Converts the names of the application's tables and columns to settings. */
import type { CoreSettings, DatabaseSettings, TheirTable } from '../../model/settings.ts';
import type { Config } from '../schema/schema.ts';

/**
 * The schema of Rollcall if the core tables belong to the application, because Rollcall's views have the names of these
 * tables.
 */
export const DEFAULT_SCHEMA = 'rollcall';

/** Characters of a username. Applications allow more than Rollcall's own table; their column decides. */
export const USERNAME_LIMIT = 255;

/** Where Rollcall's tables are, and which tables are the application's. */
export function inApplication(database: Config['database']): Pick<DatabaseSettings, 'schema' | 'core'> {
  const { schema, core, users, teams, teamMembers, projects } = database;
  if (core === 'ours' || users === undefined) return schema === undefined ? {} : { schema };
  const theirs: CoreSettings = {
    users: tableOf(users),
    ...(teams && { teams: tableOf(teams) }),
    ...(teamMembers && { teamMembers: tableOf({ ...teamMembers, constants: {} }) }),
    ...(projects && { projects: tableOf({ ...projects, constants: {} }) }),
  };
  return { schema: schema ?? DEFAULT_SCHEMA, core: theirs };
}

interface Block {
  readonly table: string;
  readonly constants: TheirTable['constants'];
}

function tableOf<Columns extends Block>({ table, constants, ...columns }: Columns) {
  const [schema, name] = schemaAndTable(table);
  return { schema, table: name, constants, columns };
}

/** Schema and name. */
export function schemaAndTable(table: string): readonly [schema: string, name: string] {
  const dot = table.indexOf('.');
  return dot < 0 ? ['public', table] : [table.slice(0, dot), table.slice(dot + 1)];
}
