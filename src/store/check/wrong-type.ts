/** What to do about a column that does not have the type that Rollcall needs. Pure. */
import type { Finding } from '../../model/run.ts';
import { literal, quoted } from '../core/names.ts';
import type { ColumnFacts } from './facts.ts';
import { fail, sqlName, surrogate } from './findings.ts';
import { isOfKind, type Kind, type TableNeeds } from './needs.ts';

/** A column that other tables must refer to. */
export interface Target {
  readonly key: 'users' | 'teams';
  readonly table: TableNeeds['table'];
  readonly meaning: 'id' | 'key';
  readonly column: string;
  readonly type: string | undefined;
}

/** The problem of a column whose type does not fit. `target`: what the column refers to. */
export function wrongType(
  needs: TableNeeds,
  { column, meaning, kind }: { readonly column: ColumnFacts; readonly meaning: string; readonly kind: Kind },
  target: Target | undefined,
): Finding {
  const { key, table } = needs;
  const message = `${table.schema}.${table.table}.${column.name} is ${column.type}, not ${WORDS[kind]}`;
  const add = (name: string, expression: string) =>
    `add a generated column that fits your values, such as: alter table ${sqlName(table)} add column ${name} ` +
    `generated always as (${expression}) stored; and set database.${key}.${meaning} to it`;
  const fixes: Readonly<Record<Kind, string>> = {
    id: otherId(needs, column, target),
    key: `set database.${key}.${meaning} to the column that refers to it`,
    text: add(`rollcall_${meaning.toLowerCase()} text`, `${quoted(column.name)}::text`),
    flag: add(`rollcall_${meaning} boolean`, flagOf(column, meaning)),
    level: add(`rollcall_${meaning} integer`, levelOf(column)),
    time: `set database.${key}.${meaning} to a column with a time, or leave it out`,
  };
  return fail(key, message, fixes[kind]);
}

const WORDS: Readonly<Record<Kind, string>> = {
  id: 'integer or bigint',
  key: 'the type of what it refers to',
  text: 'text',
  flag: 'boolean',
  level: 'an integer level (0 owner, 25 admin, 50 user, 100 system)',
  time: 'a time',
};

/** A second id is one of the table itself: a number of the row that refers to it would name another team or user. */
function otherId({ key, table }: TableNeeds, column: ColumnFacts, target: Target | undefined): string {
  if (target !== undefined) {
    const { schema, table: name } = target.table;
    const settings = `set database.${target.key}.key to the column of ${schema}.${name} that it refers to, and `;
    return `${settings}database.${target.key}.id to an integer id (${surrogate(target.table)})`;
  }
  const add = `add an integer id (${surrogate(table)}) and set database.${key}.id: rollcall_id`;
  return key === 'projects' ? add : `${add} and database.${key}.key: ${column.name}`;
}

/** True where the value says so; a time says when a user was deleted, or became a superuser. */
function flagOf({ name, type, labels }: ColumnFacts, meaning: string): string {
  const column = quoted(name);
  const isActive = meaning === 'active';
  if (isOfKind(type, 'time')) return `${column} is ${isActive ? '' : 'not '}null`;
  if (isOfKind(type, 'id')) return `${column} <> 0`;
  const words = isActive ? ['active', 'enabled', 'open', 'visible'] : ['superuser', 'admin'];
  const label = labels.find(each => words.includes(each.toLowerCase()));
  return `${column} = ${literal(label ?? labels[0] ?? words[0] ?? '')}`;
}

function levelOf({ name, labels }: ColumnFacts): string {
  const known = (word: string) => labels.find(label => label.toLowerCase() === word);
  const levels = [
    ['owner', 0],
    ['admin', 25],
  ] as const;
  const cases = levels.flatMap(([word, level]) => {
    const value = labels.length === 0 ? word : known(word);
    return value === undefined ? [] : [`when ${literal(value)} then ${level}`];
  });
  if (cases.length === 0) cases.push(`when ${literal(labels[0] ?? 'owner')} then 0`);
  return `case ${quoted(name)} ${cases.join(' ')} else 50 end`;
}
