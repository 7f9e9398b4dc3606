/** What Rollcall inserts into the core tables: users of `onUnknown: create`, and teams of `createTeam`. */
import type { CoreSettings, TheirTable } from '../../model/settings.ts';
import { CORE_TABLES, literal, quoted } from './names.ts';

/** The parts of `insert into TABLE (COLUMNS) select VALUES …`, as SQL. */
export interface NewRows {
  readonly table: string;
  readonly columns: string;
  readonly values: string;
  /** The condition under which the values fit into their columns. */
  readonly fits: string;
  /** The columns of the row, by the names that all statements use. */
  readonly returning: string;
}

/** Columns that PostgreSQL generates, to which no statement may give a value. */
export type Generated = ReadonlySet<string>;

/** New users from the rows `n` with username, email and fullName. An address that does not fit is left out. */
export function newUsers(core: CoreSettings | undefined, generated: Generated): NewRows {
  if (core === undefined) {
    return {
      table: CORE_TABLES.users,
      columns: 'username, email, full_name',
      values: `n.username, case when char_length(n.email) <= 254 then n.email else '' end, left(n."fullName", 255)`,
      fits: 'char_length(n.username) <= 30',
      returning: 'id, username',
    };
  }
  const { users } = core;
  const email = `case when char_length(n.email) <= ${lengthOf(users, 'email')} then n.email else '' end`;
  const fullName = `left(n."fullName", ${lengthOf(users, 'fullName')})`;
  return {
    ...rowsOf(users, { username: 'n.username', email, fullName, ...NEW_USER }, generated),
    fits: `char_length(n.username) <= ${lengthOf(users, 'username')}`,
    returning: `${nameOf(users, 'id')} as id, ${nameOf(users, 'username')}::text as username`,
  };
}

/** The flags of a new user. */
const NEW_USER = { active: 'true', superuser: 'false' };

/** New teams from the rows `wanted` with the slug, which is also the first name. */
export function newTeams(core: CoreSettings | undefined, generated: Generated): NewRows {
  if (core?.teams === undefined) {
    return {
      table: CORE_TABLES.teams,
      columns: 'slug, name',
      values: 'slug, slug',
      fits: 'true',
      returning: 'id',
    };
  }
  const { teams } = core;
  const fits = `char_length(slug) <= ${lengthOf(teams, 'slug')} and char_length(slug) <= ${lengthOf(teams, 'name')}`;
  return {
    ...rowsOf(teams, { slug: 'slug', name: 'slug' }, generated),
    fits,
    returning: nameOf(teams, 'id'),
  };
}

/** The columns that Rollcall fills in a new row of the table, with what they mean. */
export function columnsOfNewRow(key: 'users' | 'teams', core: CoreSettings): ReadonlyMap<string, string> {
  const table: TheirTable = core[key] ?? core.users;
  const meanings =
    key === 'users' ? ['username', 'email', 'fullName', ...Object.keys(NEW_USER)] : ['slug', 'name'];
  return filledColumns(table, Object.fromEntries(meanings.map(meaning => [meaning, meaning])));
}

/** The columns: those of `values` that the application has, and the constants. */
function filledColumns(table: TheirTable, values: Readonly<Record<string, string>>): Map<string, string> {
  const filled = new Map<string, string>();
  for (const [meaning, value] of Object.entries(values)) {
    const name = table.columns[meaning];
    if (name !== undefined) filled.set(name, value);
  }
  for (const [name, value] of Object.entries(table.constants)) filled.set(name, literal(value));
  return filled;
}

function rowsOf(table: TheirTable, values: Readonly<Record<string, string>>, generated: Generated) {
  const filled = [...filledColumns(table, values)].filter(([name]) => !generated.has(name));
  return {
    table: `${quoted(table.schema)}.${quoted(table.table)}`,
    columns: filled.map(([name]) => quoted(name)).join(', '),
    values: filled.map(([, value]) => value).join(', '),
  };
}

function nameOf<Column extends string>({ columns }: TheirTable<Column>, meaning: Column): string {
  return quoted(columns[meaning] ?? meaning);
}

/** The number of characters that the column holds. */
function lengthOf<Column extends string>(table: TheirTable<Column>, meaning: Column): string {
  const relation = literal(`${quoted(table.schema)}.${quoted(table.table)}`);
  return `(
    select coalesce(max(nullif(atttypmod, -1) - 4), 255) from pg_attribute
    where attrelid = ${relation}::regclass and attname = ${literal(table.columns[meaning] ?? meaning)}
  )`;
}
