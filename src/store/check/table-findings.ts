/** Compares one table of the application with what Rollcall needs, and says what to do. Pure. */
import type { Finding } from '../../model/run.ts';
import { quoted } from '../core/names.ts';
import { LARGEST_ID } from '../core/views.ts';
import type { ColumnFacts, TableFacts } from './facts.ts';
import { isOfKind, type Kind, type TableNeeds } from './needs.ts';

/** What the role must do with the table, apart from reading it. */
export interface Use {
  readonly role: string;
  /** Foreign keys and triggers do not exist yet. */
  readonly joins: boolean;
  /** Rows are inserted; the columns that Rollcall fills. undefined: no rows are inserted. */
  readonly fills: readonly string[] | undefined;
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
    ...Object.keys(needs.columns).flatMap(meaning => columnFindings(needs, facts, meaning)),
    ...needs.uniques.flatMap(columns => uniqueFindings(needs, facts, columns)),
    ...(facts.hidesRows
      ? [
          fail(
            key,
            `row security of ${name} hides rows from the role ${use.role}`,
            `run: alter role ${quoted(use.role)} bypassrls`,
          ),
        ]
      : []),
    ...(use.fills === undefined ? [] : emptyColumns(needs, facts, use.fills)),
  ];
}

/** The problem of ids beyond the range; undefined: all fit. */
export function rangeFinding({ key, table }: TableNeeds, largest: number | undefined): Finding | undefined {
  if (largest === undefined || largest <= LARGEST_ID) return undefined;
  const name = `${table.schema}.${table.table}`;
  return fail(
    key,
    `${name} has ids up to ${largest}; Rollcall keeps ids up to ${LARGEST_ID}`,
    `add a second id (${surrogate(name)}) and set database.${key}.id: rollcall_id`,
  );
}

function columnFindings(needs: TableNeeds, facts: TableFacts, meaning: string): Finding[] {
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
  if (!isOfKind(column.type, need.kind)) return [wrongType(needs, column, meaning, need.kind)];
  if (need.required === true && !column.notNull) {
    const fix = `run: alter table ${sqlName(needs)} alter column ${quoted(name)} set not null`;
    return [fail(key, `${place}.${name} may be null`, fix)];
  }
  return [];
}

function wrongType(needs: TableNeeds, column: ColumnFacts, meaning: string, kind: Kind): Finding {
  const { key, table } = needs;
  const message = `${table.schema}.${table.table}.${column.name} is ${column.type}, not ${WORDS[kind]}`;
  const fixes: Readonly<Record<Kind, string>> = {
    id: `add an integer id (${surrogate(sqlName(needs))}) and set database.${key}.${meaning}: rollcall_id`,
    text: `set database.${key}.${meaning} to a column of text`,
    flag: `add a generated column, such as: ${generated(needs, 'rollcall_active boolean', `${quoted(column.name)} is null`)}`,
    level: `add a generated column, such as: ${generated(needs, 'rollcall_type integer', `case ${quoted(column.name)} when 'owner' then 0 else 50 end`)}`,
    time: `set database.${key}.${meaning} to a column with a time, or leave it out`,
  };
  return fail(key, message, fixes[kind]);
}

const WORDS: Readonly<Record<Kind, string>> = {
  id: 'integer or bigint',
  text: 'text',
  flag: 'boolean',
  level: 'an integer level (0 owner, 25 admin, 50 user, 100 system)',
  time: 'a time',
};

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
  return [
    fail(
      key,
      `${place} has no unique index of (${names.join(', ')})`,
      `run: create unique index on ${sqlName(needs)} (${list})`,
    ),
  ];
}

/** The column of an index key: `name`, `"name"`, `lower(name)` or `lower((name)::text)`. */
function columnOf(part: string): string {
  const [, inner = part] = /^lower\(\(?(.+?)\)?(?:::text)?\)$/.exec(part) ?? [];
  return inner.replace(/^"(.*)"$/, '$1').replaceAll('""', '"');
}

function missingRights(needs: TableNeeds, facts: TableFacts, { role, joins, fills }: Use): Finding[] {
  const { key, table } = needs;
  const { rights } = facts;
  const used = facts.columns.filter(({ name }) => Object.values(table.columns).includes(name));
  const lacking = [
    ...(rights.select || used.every(column => column.mayRead) ? [] : ['select']),
    ...(joins && needs.isReferredTo && !rights.references ? ['references'] : []),
    ...(joins && needs.hasTriggers && !rights.trigger ? ['trigger'] : []),
    ...(fills !== undefined && !rights.insert ? ['insert'] : []),
  ];
  const grants = [
    ...(rights.use ? [] : [`grant usage on schema ${quoted(table.schema)} to ${quoted(role)}`]),
    ...(lacking.length === 0 ? [] : [`grant ${lacking.join(', ')} on ${sqlName(needs)} to ${quoted(role)}`]),
  ];
  if (grants.length === 0) return [];
  const message = `the role ${role} may not ${[...(rights.use ? [] : ['use the schema']), ...lacking].join(', ')}`;
  return [fail(key, `${table.schema}.${table.table}: ${message}`, `run: ${grants.join('; ')}`)];
}

function emptyColumns(needs: TableNeeds, facts: TableFacts, fills: readonly string[]): Finding[] {
  const { key, table } = needs;
  const empty = facts.columns.filter(
    ({ name, notNull, hasDefault }) => notNull && !hasDefault && !fills.includes(name),
  );
  const unknown = Object.keys(table.constants).filter(
    name => !facts.columns.some(column => column.name === name),
  );
  const creates = key === 'users' ? 'users.onUnknown: create' : 'createTeam: true';
  const other = key === 'users' ? 'onUnknown: skip' : 'createTeam: false';
  return [
    ...(empty.length === 0
      ? []
      : [
          fail(
            key,
            `${creates} needs values for ${empty.map(({ name }) => name).join(', ')} of ${table.schema}.${table.table}`,
            `set database.${key}.constants: { ${empty.map(({ name }) => `${name}: …`).join(', ')} }, or ${other}`,
          ),
        ]),
    ...unknown.map(name =>
      fail(
        key,
        `${table.schema}.${table.table} has no column "${name}"`,
        `correct database.${key}.constants`,
      ),
    ),
  ];
}

function sqlName({ table }: TableNeeds): string {
  return `${quoted(table.schema)}.${quoted(table.table)}`;
}

function surrogate(table: string): string {
  return `alter table ${table} add column rollcall_id integer generated always as identity unique`;
}

function generated(needs: TableNeeds, column: string, expression: string): string {
  return `alter table ${sqlName(needs)} add column ${column} generated always as (${expression}) stored`;
}

function fail(key: string, message: string, fix: string): Finding {
  return { subject: `database.${key}`, level: 'fail', message, fix };
}
