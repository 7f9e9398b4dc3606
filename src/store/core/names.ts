/**
 * The names of the core tables (users, teams, team members, projects). Only this file knows which belong to the
 * application.
 */
import type { CoreSettings, TheirTable } from '../../model/settings.ts';

/** The name by which statements know each core table: a table of Rollcall, or a view of the application's table. */
export const CORE_TABLES = {
  users: 'auth_user',
  teams: 'team',
  teamMembers: 'team_member',
  projects: 'project',
} as const;

export type CoreTableKey = keyof typeof CORE_TABLES;

/** One core table, for the statements that define triggers, foreign keys and views. All texts are SQL. */
export interface CoreTable {
  readonly isOurs: boolean;
  /** The table itself. */
  readonly table: string;
  /** What a foreign key refers to. */
  readonly target: string;
  /** The value of a column in the old row of a trigger. */
  old(column: string): string;
  /** The name of a trigger on the table. Triggers on tables of the application say whose they are. */
  trigger(name: string): string;
}

export type Core = Readonly<Record<CoreTableKey, CoreTable>>;

/** The names of all core tables. */
export function coreOf(settings: CoreSettings | undefined): Core {
  return {
    users: tableOf(CORE_TABLES.users, settings?.users),
    teams: tableOf(CORE_TABLES.teams, settings?.teams),
    teamMembers: tableOf(CORE_TABLES.teamMembers, settings?.teamMembers),
    projects: tableOf(CORE_TABLES.projects, settings?.projects),
  };
}

function tableOf(name: string, theirs: TheirTable | undefined): CoreTable {
  if (theirs === undefined) {
    return { isOurs: true, table: name, target: name, old: column => `old.${column}`, trigger: name => name };
  }
  const table = `${quoted(theirs.schema)}.${quoted(theirs.table)}`;
  const column = (meaning: string) => quoted(theirs.columns[meaning] ?? meaning);
  return {
    isOurs: false,
    table,
    target: `${table} (${column('id')})`,
    old: meaning => `old.${column(meaning)}`,
    trigger: name => `rollcall_${name}`,
  };
}

/** The name as an SQL identifier. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The value as an SQL literal without a type, which PostgreSQL converts to the type of the column. */
export function literal(value: string | number | boolean): string {
  return `'${String(value).replaceAll("'", "''")}'`;
}
