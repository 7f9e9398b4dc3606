/** Creates the users and teams of a plan. The application's tables may refuse some of them. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { messageOf } from '../../errors.ts';
import type { NewUser } from '../../model/plan.ts';
import type { RefusedUsers } from '../../model/run.ts';
import type { TheirTable } from '../../model/settings.ts';
import { quoted } from '../core/names.ts';
import { type Generated, newTeams, newUsers } from '../core/new-rows.ts';
import type { Database } from '../database/database.ts';
import { chunks, isRowRefused, jsonOf, query, sqlState } from '../database/sql.ts';

/** Where new rows go. */
export type Place = Pick<Database, 'schema' | 'core'>;

/** The ids of the plan's new users, by the negative numbers that the plan uses for them. */
export type NewUserIds = ReadonlyMap<number, number>;

export interface CreatedUsers {
  readonly ids: NewUserIds;
  /** Users whom the application's table does not take. */
  readonly refused: RefusedUsers | undefined;
}

/**
 * Creates the users whose names are free and whose identities are not linked. Users that became taken or linked since
 * the plan are left out, and the next run decides about them again. A unique violation of one user therefore cannot
 * fail the run. Nor can a user whom a constraint or trigger of the application refuses: otherwise one entry of the
 * directory could stop every removal.
 */
export async function createUsers(
  em: EntityManager,
  directory: string,
  newcomers: readonly NewUser[],
  place: Place,
): Promise<CreatedUsers> {
  const ids = new Map<number, number>();
  const refused: string[] = [];
  let before = 0;
  for (const some of chunks(newcomers)) {
    const created = await createEach(em, directory, some, place);
    const byName = new Map(created.users.map(user => [user.username, user.id]));
    for (const [at, { username }] of some.entries()) {
      const id = byName.get(username);
      if (id === undefined) continue;
      ids.set(-(before + at) - 1, id);
      byName.delete(username);
    }
    refused.push(...created.refused);
    before += some.length;
  }
  const [first] = refused;
  return { ids, refused: first === undefined ? undefined : { users: refused.length, first } };
}

/** All at once, or one by one if PostgreSQL refuses that. */
async function createEach(
  em: EntityManager,
  directory: string,
  newcomers: readonly NewUser[],
  place: Place,
): Promise<{ readonly users: readonly Created[]; readonly refused: readonly string[] }> {
  try {
    const users = await em.transactional(inner => createSomeUsers(inner, directory, newcomers, place));
    return { users, refused: await tooLong(em, newcomers, place) };
  } catch (error) {
    if (!isRowRefused(error)) throw error;
    if (newcomers.length === 1 || isAboutAll(error)) {
      return { users: [], refused: newcomers.map(({ username }) => `${username}: ${messageOf(error)}`) };
    }
  }
  const half = Math.ceil(newcomers.length / 2);
  const one = await createEach(em, directory, newcomers.slice(0, half), place);
  const other = await createEach(em, directory, newcomers.slice(half), place);
  return { users: [...one.users, ...other.users], refused: [...one.refused, ...other.refused] };
}

/** A missing right or column refuses every user. */
function isAboutAll(error: unknown): boolean {
  return sqlState(error)?.startsWith('42') === true;
}

interface Created {
  readonly id: number;
  readonly username: string;
}

/** The users whose names do not fit into the column of the application. The plan has left out the others. */
async function tooLong(em: EntityManager, newcomers: readonly NewUser[], place: Place): Promise<string[]> {
  if (place.core === undefined) return [];
  const { fits } = newUsers(place.core, new Set());
  const names = newcomers.map(({ username }) => ({ username }));
  const rows = await query(
    em,
    sql<{ username: string }>`
      select n.username from json_to_recordset(${jsonOf(names)}::json) as n(username text)
      where not (${sql.raw(fits)})`,
  );
  return rows.map(({ username }) => `${username}: the username is longer than its column`);
}

async function createSomeUsers(
  em: EntityManager,
  directory: string,
  newcomers: readonly NewUser[],
  place: Place,
) {
  const { table, columns, values, fits, returning } = newUsers(
    place.core,
    await generatedColumns(em, place.core?.users),
  );
  const own = (name: string) => sql.id(place.schema, name);
  const rows = newcomers.map(({ externalId, username, email, fullName }, at) => {
    return { at, externalId, username, email, fullName };
  });
  // ON CONFLICT handles concurrent commits; without the condition, it would consume an id for every name that is taken.
  const insert = sql<Created>`
      insert into ${sql.raw(table)} (${sql.raw(columns)})
      select ${sql.raw(values)}
      from json_to_recordset(${jsonOf(rows)}::json)
        as n(at integer, "externalId" uuid, username text, email text, "fullName" text)
      where not exists (select from ${own('auth_user')} u where u.username = n.username)
        and not exists (
          select from ${own('directory_user')} d
          where d.directory = ${directory} and d.external_id = n."externalId"
        )
        and ${sql.raw(fits)}
      order by n.at
      on conflict do nothing
      returning ${sql.raw(returning)}`;
  return inPathOf(em, place, place.core?.users, () => query(em, insert));
}

/** The columns of the application's table to which no statement may give a value, such as a generated `active`. */
async function generatedColumns(em: EntityManager, table: TheirTable | undefined): Promise<Generated> {
  if (table === undefined) return new Set();
  const rows = await query(
    em,
    sql<{ name: string }>`
      select attname as name from pg_attribute
      where attrelid = ${`${quoted(table.schema)}.${quoted(table.table)}`}::regclass and attnum > 0
        and (attgenerated <> '' or attidentity = 'a')`,
  );
  return new Set(rows.map(({ name }) => name));
}

/** Creates the missing teams, with the slug as the initial name. */
export async function createTeams(em: EntityManager, slugs: readonly string[], place: Place): Promise<void> {
  if (slugs.length === 0) return;
  const { table, columns, values, fits } = newTeams(
    place.core,
    await generatedColumns(em, place.core?.teams),
  );
  const insert = sql`
      insert into ${sql.raw(table)} (${sql.raw(columns)})
      select ${sql.raw(values)} from unnest(${slugs}::text[]) with ordinality as wanted(slug, at)
      where not exists (select from ${sql.id(place.schema, 'team')} t where t.slug = wanted.slug) and ${sql.raw(fits)}
      order by at
      on conflict do nothing`;
  await inPathOf(em, place, place.core?.teams, () => query(em, insert));
}

/**
 * Runs a statement with the search path of the table, because the triggers of an application name its other tables
 * without their schema.
 */
async function inPathOf<Result>(
  em: EntityManager,
  { schema }: Place,
  table: TheirTable | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  if (table === undefined) return work();
  const search = (path: string) => query(em, sql`select set_config('search_path', ${path}, true)`);
  await search(`${quoted(table.schema)}, public`);
  const result = await work();
  await search(quoted(schema));
  return result;
}
