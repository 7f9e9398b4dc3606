/** Views of the application's tables with the names and columns that all statements use. */
import type {
  CoreSettings,
  ProjectColumn,
  TeamColumn,
  TeamMemberColumn,
  TheirTable,
  UserColumn,
} from '../../model/settings.ts';
import { CORE_TABLES, type CoreTableKey, literal, quoted } from './names.ts';

/**
 * Ids beyond it are not seen, because all ids of Rollcall are integers. `check` reports them. The columns themselves are
 * not cast, so that the indexes of the application serve.
 */
export const LARGEST_ID = 2_147_483_647;

/** The statements that create the views, or change them to the configured columns. */
export function createViews(core: CoreSettings): string {
  return [...viewsOf(core)]
    .map(
      ([name, definition]) => `
create or replace view ${name} as ${definition};
comment on view ${name} is ${literal(definition)};
`,
    )
    .join('');
}

/**
 * The names and definitions of the views: one for each table that is the application's. The comment of a view repeats
 * its definition, so that a changed configuration is noticed.
 */
export function viewsOf(core: CoreSettings): ReadonlyMap<string, string> {
  const { users, teams, teamMembers, projects } = core;
  const views: [CoreTableKey, string][] = [['users', userView(users)]];
  if (teams) views.push(['teams', teamView(teams, core)]);
  if (teamMembers) views.push(['teamMembers', teamMemberView(teamMembers, core)]);
  if (projects) views.push(['projects', projectView(projects, core)]);
  return new Map(views.map(([key, definition]) => [CORE_TABLES[key], definition]));
}

function userView(table: TheirTable<UserColumn>): string {
  const { text, flag, key } = columnsOf(table);
  return select(table, [{ id: key('id') }], {
    id: key('id'),
    username: text('username'),
    email: text('email'),
    full_name: text('fullName'),
    is_active: flag('active', true),
    is_superuser: flag('superuser', false),
    date_joined: 'null::timestamptz',
  });
}

function teamView(table: TheirTable<TeamColumn>, { users }: CoreSettings): string {
  const { text, key } = columnsOf(table);
  const owner = reference(key('owner'), users, 'owner');
  return select(
    table,
    [{ id: key('id') }],
    {
      id: key('id'),
      slug: text('slug'),
      name: text(table.columns.name === undefined ? 'slug' : 'name'),
      owner_id: owner.id,
      date_added: 'null::timestamptz',
    },
    // A team without an owner is a team.
    table.columns.owner === undefined || owner.join === undefined ? '' : ` left${owner.join}`,
  );
}

function teamMemberView(table: TheirTable<TeamMemberColumn>, { users, teams }: CoreSettings): string {
  const { flag, key, column } = columnsOf(table);
  const team = reference(key('team'), teams, 'team');
  const user = reference(key('user'), users, 'member');
  return select(table, [team, user], {
    id: 'null::integer',
    team_id: team.id,
    user_id: user.id,
    type: `coalesce(${column('type') ?? 'null'}::integer, 50)`,
    is_active: flag('active', true),
    date_added: `${column('added') ?? 'null'}::timestamptz`,
  });
}

function projectView(table: TheirTable<ProjectColumn>, { teams }: CoreSettings): string {
  const { text, flag, key } = columnsOf(table);
  const team = reference(key('team'), teams, 'team');
  return select(table, [{ id: key('id') }, team], {
    id: key('id'),
    team_id: team.id,
    slug: text('slug'),
    name: text(table.columns.name === undefined ? 'slug' : 'name'),
    status: `case when ${flag('active', true)} then 0 else 1 end`,
    date_added: 'null::timestamptz',
  });
}

/** An id, and the join that finds it. */
interface Reference {
  readonly id: string;
  readonly join?: string;
}

/** The id of the row that `value` refers to: the value itself, unless the application refers to another key. */
function reference(
  value: string,
  target: TheirTable<UserColumn> | TheirTable<TeamColumn> | undefined,
  alias: string,
): Reference {
  if (target?.columns.key === undefined) return { id: value };
  const column = (name = 'id') => `${alias}.${quoted(name)}`;
  const { id, key } = target.columns;
  const join = ` join ${quoted(target.schema)}.${quoted(target.table)} ${alias} on ${column(key)} = ${value}`;
  return { id: column(id), join };
}

function columnsOf<Column extends string>({ columns }: TheirTable<Column>) {
  const column = (meaning: Column) => {
    const name: string | undefined = columns[meaning];
    return name === undefined ? undefined : `t.${quoted(name)}`;
  };
  return {
    column,
    key: (meaning: Column) => column(meaning) ?? 'null::integer',
    text: (meaning: Column) => {
      const name = column(meaning);
      return name === undefined ? "''::text" : `coalesce(${name}::text, '')`;
    },
    flag: (meaning: Column, otherwise: boolean) => {
      const name = column(meaning);
      return name === undefined ? String(otherwise) : `(${name} is true)`;
    },
  };
}

function select(
  { schema, table }: TheirTable,
  references: readonly Reference[],
  expressions: Readonly<Record<string, string>>,
  further = '',
): string {
  const list = Object.entries(expressions).map(([name, expression]) => `${expression} as ${name}`);
  const joins = references.map(({ join = '' }) => join).join('');
  const range = references.map(({ id }) => `${id} <= ${LARGEST_ID}`);
  return `select ${list.join(', ')} from ${quoted(schema)}.${quoted(table)} t${joins}${further} where ${range.join(' and ')}`;
}
