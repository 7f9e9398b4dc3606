/** Compares one table of the application with what Rollcall needs, and says what to do. Pure. */
import type { Finding } from '../../model/run.ts';
import { quoted } from '../core/names.ts';
import { LARGEST_ID } from '../core/views.ts';
import type { ColumnFacts, TableFacts } from './facts.ts';
import { fail, sqlName, surrogate } from './findings.ts';
import { isOfKind, type TableNeeds } from './needs.ts';
import { newRowFindings } from './new-row-findings.ts';
import { type Target, wrongType } from './wrong-type.ts';

/** What other tables must refer to. A table that is Rollcall's own is left out. */
export type Targets = Readonly<Partial<Record<'users' | 'teams', Target>>>;

/** What the role must do with the table, apart from reading it. */
export interface Use {
  readonly role: string;
  /** The role that inserts rows. undefined: its rights do not matter. */
  readonly user: string | undefined;
  /** Foreign keys and triggers do not exist yet. */
  readonly joins: boolean;
  /** Rows are inserted; the columns that Rollcall fills, with what they mean. undefined: no rows are inserted. */
  readonly fills: ReadonlyMap<string, string> | undefined;
  readonly targets: Targets;
}

/** The problems of one table; none: it fits. */
export function tableFindings(needs: TableNeeds, facts: TableFacts | undefined, use: Use): Finding[] {
  const { key, table } = needs;
  const name = `${table.schema}.${table.table}`;
  if (facts === undefined) {
    return [
      fail(key, `there is no table ${name}`, `set database.${key}.table to the schema and name of the table`),
    ];
  }
  if (facts.kind === 'view' && needs.isReferredTo) {
    return [
      fail(
        key,
        `${name} is a view`,
        `set database.${key}.table to a table, because foreign keys refer to it`,
      ),
    ];
  }
  return [
    ...missingRights(needs, facts, use),
    ...Object.keys(needs.columns).flatMap(meaning => columnFindings(needs, facts, meaning, use.targets)),
    ...needs.uniques.flatMap(columns => uniqueFindings(needs, facts, columns)),
    ...(facts.hidesRows
      ? [
          fail(
            key,
            `row security of ${name} hides rows from the role ${use.role}`,
            `run: create policy rollcall on ${sqlName(table)} for select to ${quoted(use.role)} using (true)`,
          ),
        ]
      : []),
    ...(use.fills === undefined ? [] : newRowFindings(needs, facts, use.fills, use.user)),
  ];
}

/** The problem of ids beyond the range; undefined: all fit. */
export function rangeFinding({ key, table }: TableNeeds, largest: number | undefined): Finding | undefined {
  if (largest === undefined || largest <= LARGEST_ID) return undefined;
  const name = `${table.schema}.${table.table}`;
  return fail(
    key,
    `${name} has ids up to ${largest}; Rollcall keeps ids up to ${LARGEST_ID}`,
    `add a second id (${surrogate(table)}) and set database.${key}.id: rollcall_id` +
      (key === 'projects' ? '' : ` and database.${key}.key: ${table.columns['id'] ?? 'id'}`),
  );
}

function columnFindings(needs: TableNeeds, facts: TableFacts, meaning: string, targets: Targets): Finding[] {
  const { key, table, columns } = needs;
  const need = columns[meaning];
  const name = table.columns[meaning];
  if (name === undefined || need === undefined) return [];
  const column = facts.columns.find(known => known.name === name);
  const place = `${table.schema}.${table.table}`;
  if (column === undefined) {
    const known = facts.columns.map(known => known.name).join(', ');
    return [
      fail(key, `${place} has no column "${name}"`, `set database.${key}.${meaning} to one of: ${known}`),
    ];
  }
  const target = need.refersTo === undefined ? undefined : targets[need.refersTo];
  if (!isOfKind(column.type, need.kind)) {
    return [wrongType(needs, { column, meaning, kind: need.kind }, target)];
  }
  if (target !== undefined && !refersTo(column, target)) return [otherTarget(needs, column, target)];
  if (need.required === true && !column.notNull) {
    const fix = `run: alter table ${sqlName(table)} alter column ${quoted(name)} set not null`;
    return [fail(key, `${place}.${name} may be null`, fix)];
  }
  return [];
}

/** The foreign keys of the application agree with the configuration. Without any, its values are believed. */
function refersTo({ type, refersTo: keys }: ColumnFacts, target: Target): boolean {
  const { schema, table: name } = target.table;
  if (target.meaning === 'key' && target.type !== undefined && type !== target.type) return false;
  const isTarget = (key: (typeof keys)[number]) =>
    key.table === `${schema}.${name}` && key.column === target.column;
  return keys.length === 0 || keys.some(isTarget);
}

/** Otherwise a row would belong to another team or user that happens to have the number. */
function otherTarget({ key, table }: TableNeeds, column: ColumnFacts, target: Target): Finding {
  const [actual] = column.refersTo;
  const wanted = `${target.table.schema}.${target.table.table} (${target.column})`;
  const is = actual === undefined ? `is ${column.type}` : `refers to ${actual.table} (${actual.column})`;
  return fail(
    key,
    `${table.schema}.${table.table}.${column.name} ${is}, not to ${wanted}, which is ${target.type}`,
    `set database.${target.key}.key to the column that it refers to, and database.${target.key}.table to its table`,
  );
}

function uniqueFindings(needs: TableNeeds, facts: TableFacts, meanings: readonly string[]): Finding[] {
  const { key, table } = needs;
  const names = meanings.map(meaning => table.columns[meaning] ?? meaning);
  if (names.some(name => !facts.columns.some(column => column.name === name))) return [];
  const wanted = new Set(names);
  // A key of fewer columns, or of the same text in lower case, is at least as strict; a foreign key needs the column.
  const fits = (part: string) =>
    wanted.has(columnOf(part)) && !(meanings.includes('id') && part.includes('('));
  if (facts.uniques.some(unique => unique.every(fits))) return [];
  const list = names.map(quoted).join(', ');
  const place = `${table.schema}.${table.table}`;
  if (facts.kind === 'partitioned') {
    const message = `${place} is partitioned, and PostgreSQL does not keep (${names.join(', ')}) unique in all partitions`;
    return [fail(key, message, `set database.${key}.table to a table that is not partitioned`)];
  }
  return [
    fail(
      key,
      `${place} has no unique index of (${names.join(', ')})`,
      `run: create unique index on ${sqlName(table)} (${list})`,
    ),
  ];
}

/** The column of an index key: `name`, `"name"`, `lower(name)` or `lower((name)::text)`. */
function columnOf(part: string): string {
  const [, inner = part] = /^lower\(\(?(.+?)\)?(?:::text)?\)$/.exec(part) ?? [];
  return inner.replace(/^"(.*)"$/, '$1').replaceAll('""', '"');
}

function missingRights(needs: TableNeeds, facts: TableFacts, { role, joins }: Use): Finding[] {
  const { key, table } = needs;
  const { rights } = facts;
  const used = facts.columns.filter(({ name }) => Object.values(table.columns).includes(name));
  const lacking = [
    ...(rights.select || used.every(column => column.mayRead) ? [] : ['select']),
    ...(joins && needs.isReferredTo && !rights.references ? ['references'] : []),
    ...(joins && needs.hasTriggers && !rights.trigger ? ['trigger'] : []),
  ];
  const grants = [
    ...(rights.use ? [] : [`grant usage on schema ${quoted(table.schema)} to ${quoted(role)}`]),
    ...(lacking.length === 0 ? [] : [`grant ${lacking.join(', ')} on ${sqlName(table)} to ${quoted(role)}`]),
  ];
  if (grants.length === 0) return [];
  const message = `the role ${role} may not ${[...(rights.use ? [] : ['use the schema']), ...lacking].join(', ')}`;
  return [fail(key, `${table.schema}.${table.table}: ${message}`, `run: ${grants.join('; ')}`)];
}
