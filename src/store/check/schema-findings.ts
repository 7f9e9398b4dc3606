/** Compares Rollcall's own schema with the configuration, and says what to do. Pure. */

import type { Finding } from '../../model/run.ts';
import type { CoreSettings, TheirTable } from '../../model/settings.ts';
import { attachmentsTo } from '../core/attachments.ts';
import { CORE_TABLES, type CoreTableKey, coreOf, quoted } from '../core/names.ts';
import { viewsOf } from '../core/views.ts';
import type { SchemaFacts } from './facts.ts';

const KEYS: readonly CoreTableKey[] = ['users', 'teams', 'teamMembers', 'projects'];

export interface Wanted {
  readonly schema: string;
  readonly core: CoreSettings | undefined;
  /** The names of all tables of Rollcall. */
  readonly tables: readonly string[];
  /** The first migration is applied. */
  readonly isMigrated: boolean;
  /** All migrations are applied. */
  readonly isNewest: boolean;
}

/** The problems of the schema; none: it fits. */
export function schemaFindings(wanted: Wanted, facts: SchemaFacts): Finding[] {
  if (!wanted.isMigrated) {
    return [...creatable(wanted, facts), ...occupied(wanted, facts), ...otherInstallation(wanted, facts)];
  }
  return KEYS.flatMap(key => {
    const found = [...otherOwner(wanted, facts, key), ...otherTable(wanted, facts, key)];
    return found.length > 0 || !wanted.isNewest ? found : missingAttachments(wanted, facts, key);
  });
}

/** Whether a view differs from the configuration: `migrate up` changes it. */
export function outdatedViews({ core }: Wanted, { relations }: SchemaFacts): string[] {
  if (core === undefined) return [];
  return [...viewsOf(core)].flatMap(([name, definition]) =>
    relations.get(name)?.comment === definition ? [] : [name],
  );
}

function creatable({ schema }: Wanted, { role, exists, mayCreate }: SchemaFacts): Finding[] {
  if (mayCreate) return [];
  if (exists) {
    const fix = `run: grant create on schema ${quoted(schema)} to ${quoted(role)}, or set database.schema`;
    return [fail(`the role ${role} may not create tables in the schema ${schema}`, fix)];
  }
  const fix = `run: create schema ${quoted(schema)} authorization ${quoted(role)}`;
  return [fail(`there is no schema ${schema}, and the role ${role} may not create it`, fix)];
}

/** Tables of the application with names of Rollcall's tables. */
function occupied({ schema, tables }: Wanted, { relations }: SchemaFacts): Finding[] {
  const taken = tables.filter(name => relations.has(name));
  if (taken.length === 0) return [];
  return [
    fail(
      `the schema ${schema} already has ${taken.join(', ')}, which Rollcall did not make`,
      'set database.schema: rollcall; if Rollcall should work with these users and teams, also database.core: theirs ' +
        'and their tables (docs/existing-application.md)',
    ),
  ];
}

function otherOwner({ schema, core }: Wanted, { relations }: SchemaFacts, key: CoreTableKey): Finding[] {
  const name = CORE_TABLES[key];
  const isTheirs = core?.[key] !== undefined;
  const found = relations.get(name);
  if (found === undefined || (found.kind === 'view') === isTheirs) return [];
  const was = isTheirs ? "a table of Rollcall's own" : "a view of the application's table";
  return [fail(`${schema}.${name} is ${was}, but database.${key} says otherwise`, RESTORE)];
}

/** Ids of another column, or of another table, would be those of other users, teams or projects. */
function otherTable({ core }: Wanted, { keys }: SchemaFacts, key: CoreTableKey): Finding[] {
  const table: TheirTable | undefined = core?.[key];
  const target = keys.get(REFERRING[key] ?? '');
  if (table === undefined || target === undefined) return [];
  const name = `${table.schema}.${table.table}`;
  const id = table.columns['id'] ?? 'id';
  if (target.table !== name) {
    const message = `database.${key}.table is ${name}, but Rollcall was set up with ${target.table}`;
    return [fail(message, RESTORE)];
  }
  if (target.column === id) return [];
  return [
    fail(`database.${key}.id is ${id}, but Rollcall was set up with the ids of ${target.column}`, RESTORE),
  ];
}

const REFERRING: Readonly<Partial<Record<CoreTableKey, string>>> = {
  users: 'access_group_members_user_id_foreign',
  teams: 'access_group_team_id_foreign',
  projects: 'access_group_projects_project_id_foreign',
};

/** They are gone if the application dropped its table. Only an operator knows whether the ids of the new one are the same. */
function missingAttachments(
  { core, schema }: Wanted,
  { keys, triggers }: SchemaFacts,
  key: CoreTableKey,
): Finding[] {
  const table: TheirTable | undefined = core?.[key];
  if (table === undefined) return [];
  const name = `${table.schema}.${table.table}`;
  const missing = attachmentsTo(coreOf(core), key, schema).filter(each =>
    each.kind === 'trigger'
      ? !triggers.some(found => found.name === each.name && found.table === name && found.schema === schema)
      : !keys.has(each.name),
  );
  if (missing.length === 0) return [];
  return [
    fail(
      `${missing.map(each => each.name).join(', ')} of ${name} are missing: the application dropped the table or them`,
      `if the ids of ${name} are the same as before, run: ${missing.map(each => each.statement).join('; ')}; otherwise ${GIVE_UP}`,
    ),
  ];
}

/** The triggers of two installations would have the same names. */
function otherInstallation({ core, schema }: Wanted, { triggers }: SchemaFacts): Finding[] {
  const tables = KEYS.flatMap(key => {
    const table: TheirTable | undefined = core?.[key];
    return table === undefined ? [] : [`${table.schema}.${table.table}`];
  });
  const other = triggers.find(found => found.schema !== schema && tables.includes(found.table));
  if (other === undefined) return [];
  return [
    fail(
      `${other.table} belongs to another installation of Rollcall, in the schema ${other.schema}`,
      `set database.schema: ${other.schema}, or run "rollcall migrate down" there until nothing is left`,
    ),
  ];
}

const GIVE_UP =
  'give up all groups and the audit with "rollcall migrate down" until nothing is left, and run "rollcall migrate up"';

const RESTORE = `restore the configuration; or ${GIVE_UP}`;

function fail(message: string, fix: string): Finding {
  return { subject: 'database.schema', level: 'fail', message, fix };
}
