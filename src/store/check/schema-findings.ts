/** Compares Rollcall's own schema with the configuration, and says what to do. Pure. */

import type { Finding } from '../../model/run.ts';
import type { CoreSettings, TheirTable } from '../../model/settings.ts';
import { CORE_TABLES, type CoreTableKey, quoted } from '../core/names.ts';
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
}

/** The problems of the schema; none: it fits. */
export function schemaFindings(wanted: Wanted, facts: SchemaFacts): Finding[] {
  if (!wanted.isMigrated) return [...creatable(wanted, facts), ...occupied(wanted, facts)];
  return KEYS.flatMap(key => [...otherOwner(wanted, facts, key), ...otherTable(wanted, facts, key)]);
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

/** Tables of others that have names of ours. */
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

function otherTable({ core }: Wanted, { targets }: SchemaFacts, key: CoreTableKey): Finding[] {
  const table: TheirTable | undefined = core?.[key];
  const target = targets[key];
  if (table === undefined || target === undefined || target === `${table.schema}.${table.table}`) return [];
  const message = `database.${key}.table is ${table.schema}.${table.table}, but Rollcall was set up with ${target}`;
  return [fail(message, RESTORE)];
}

const RESTORE =
  'restore the configuration; or give up all groups and the audit with "rollcall migrate down" until nothing is ' +
  'left, and run "rollcall migrate up"';

function fail(message: string, fix: string): Finding {
  return { subject: 'database.schema', level: 'fail', message, fix };
}
