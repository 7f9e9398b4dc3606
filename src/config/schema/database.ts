/** The schema of `database`: the connection, and the application's own tables. */
import { block, duration, integer, oneOf, secret, text, url, values } from './values.ts';

const POSTGRES = /^postgres(ql)?:\/\//;

export function databaseSchema() {
  return block({
    url: url('a postgres:// URL', text => POSTGRES.test(text) && URL.canParse(text)).describe(
      'postgres://user@host:5432/database. DATABASE_URL overrides it.',
    ),
    password: secret().describe('The password, if the URL does not contain it. Prefer passwordFile.'),
    passwordFile: text('the path of a file').optional().describe('A file that contains the password.'),
    schema: text('a name of lower-case letters, digits and "_"', /^[a-z_][a-z0-9_]{0,62}$/)
      .optional()
      .describe(
        "The schema of all of Rollcall's tables. Default: rollcall with core: theirs, otherwise the first schema in the search path of the role, usually public.",
      ),
    core: oneOf(['ours', 'theirs'])
      .default('ours')
      .describe(
        'Who owns the tables of users and teams: Rollcall creates them (ours), or an application has them (theirs).',
      ),
    users: usersSchema().optional().describe("The application's table of users, with core: theirs."),
    teams: teamsSchema()
      .optional()
      .describe("The application's table of teams. Default: a table of Rollcall."),
    teamMembers: teamMembersSchema()
      .optional()
      .describe("The application's table of team members. Default: a table of Rollcall."),
    projects: projectsSchema()
      .optional()
      .describe("The application's table of projects. Default: a table of Rollcall."),
    poolSize: integer(2, 1000).default(10).describe('Maximum number of connections of one process.'),
    statementTimeout: duration(1_000)
      .default('2m')
      .describe('Timeout for one statement. Migrations and check can take an hour.'),
    lockTimeout: duration(100)
      .default('45s')
      .describe(
        'Timeout for a lock that another transaction holds. Must be longer than idleTransactionTimeout.',
      ),
    idleTransactionTimeout: duration(1_000)
      .default('30s')
      .describe('Timeout after which PostgreSQL ends an idle transaction.'),
  });
}

function usersSchema() {
  return block({
    table: table(),
    id: column().default('id').describe('An integer or bigint that identifies a user.'),
    key: key(),
    username: column().default('username').describe('Unique text.'),
    email: column().optional().describe('Text.'),
    fullName: column().optional().describe('Text.'),
    active: column().optional().describe('A boolean. Default: every user is active.'),
    superuser: column().optional().describe('A boolean. Default: no user is a superuser.'),
    constants: constants(),
  });
}

function teamsSchema() {
  return block({
    table: table(),
    id: column().default('id').describe('An integer or bigint that identifies a team.'),
    key: key(),
    slug: column().default('slug').describe('Unique text, by which mappings name the team.'),
    name: column().optional().describe('Text for people. Default: the slug.'),
    owner: column().optional().describe('The id of a user.'),
    constants: constants(),
  });
}

function teamMembersSchema() {
  return block({
    table: table(),
    team: column().default('team_id').describe('The id of the team.'),
    user: column().default('user_id').describe('The id of the user.'),
    type: column().optional().describe('The level: 0 owner, 25 admin, 50 user, 100 system. Default: 50.'),
    active: column().optional().describe('A boolean. Default: no membership is suspended.'),
    added: column().optional().describe('When the user became a member.'),
  });
}

function projectsSchema() {
  return block({
    table: table(),
    id: column().default('id').describe('An integer or bigint that identifies a project.'),
    team: column().default('team_id').describe('The id of the team.'),
    slug: column().default('slug').describe('Text that is unique within the team.'),
    name: column().optional().describe('Text for people. Default: the slug.'),
    active: column().optional().describe('A boolean. Default: every project is visible.'),
  });
}

function table() {
  return text('the name of a table, such as public.users', /^([^.]+\.)?[^.]+$/).describe(
    'Schema and name. Without a schema: public.',
  );
}

/** The column that other tables of the application refer to. */
function key() {
  return column()
    .optional()
    .describe('The unique column that other tables refer to, such as a uuid. Default: the id.');
}

function column() {
  return text('the name of a column');
}

/** Values of other columns in the rows that Rollcall inserts. */
function constants() {
  return values().default({}).describe('Values of other columns in new rows; "now" is the current time.');
}
