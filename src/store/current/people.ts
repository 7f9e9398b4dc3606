/** Loads the links and local users that the people of a read may match. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { LinkPair, LocalUser, UserLink, Wanted, WantedPerson } from '../../model/current.ts';
import type { IdSet } from '../../model/snapshot.ts';
import { inTurns } from '../../steps/in-turns.ts';
import { each, filtered, indexed, mapped, type Steps } from '../../steps/steps.ts';
import { isProtected, looseKey } from '../../text/loose-key.ts';
import type { Database } from '../database/database.ts';
import { intArray, query } from '../database/sql.ts';

/** Up to this number, links are looked up individually. Beyond it, reading all links of the directory is cheaper. */
const LOOKED_UP_BY_ID = 5_000;

/**
 * Loads links: at least those of `people`, of `members`, and of the members of the directory's groups, limited to `groups` and
 * `movers` if given. Without `people` it loads all links of the directory.
 */
export async function loadLinks(
  em: EntityManager,
  directory: string,
  people: readonly WantedPerson[] | undefined,
  { groups, movers, members }: Pick<Wanted, 'groups' | 'movers' | 'members'> = {},
): Promise<readonly UserLink[]> {
  const few = people !== undefined && people.length <= LOOKED_UP_BY_ID;
  const ids = few ? people.map(person => person.externalId).filter(id => id !== undefined) : [];
  const columns = sql`external_id as "externalId", user_id as "userId", dn, username, matched_by as "matchedBy"`;
  const membersOf = sql`
    select m.user_id
    from directory_group g
    join access_group_members m on m.access_group_id = g.access_group_id
    where g.directory = ${directory} ${groups ? sql`and g.external_id = any(${groups}::uuid[])` : sql``}`;
  // Each of the two uses an index; both together would scan the table.
  const these = sql`
    and external_id = any(${ids}::uuid[])
    union
    select ${columns}
    from directory_user
    where directory = ${directory} and user_id in (
      ${movers ? sql`select unnest(${intArray(movers)}::integer[])` : membersOf}
      union all
      select unnest(${intArray(members ?? [])}::integer[])
    )`;
  const rows = await query(
    em,
    sql<LinkRow>`
      select ${columns}
      from directory_user
      where directory = ${directory} ${few ? these : sql``}
      order by 1`,
  );
  return rows.map(({ username, ...row }) => ({ ...row, username: username ?? undefined }));
}

/** Links that an operator refused. */
export function loadRefusedLinks(em: EntityManager, directory: string): Promise<readonly LinkPair[]> {
  return query(
    em,
    sql<LinkPair>`
      select external_id as "externalId", user_id as "userId" from link_request
      where directory = ${directory} and decision = 'refuse'`,
  );
}

type LinkRow = Omit<UserLink, 'username'> & { readonly username: string | null };

/**
 * Loads the local users that an unlinked person could match: same username or email address, ignoring case, character
 * width and white space around and between words. Plain ASCII texts are found by index. The others are all loaded and compared
 * here, because what PostgreSQL folds depends on the locale of the database.
 */
export async function loadUsers(
  em: EntityManager,
  directory: string,
  people: readonly WantedPerson[],
  links: readonly UserLink[],
): Promise<readonly LocalUser[]> {
  const { isAny, usernames, emails } = await inTurns(keysOfUnlinked(people, links));
  if (!isAny) return [];
  const unusual = await unusualUsers(em);
  const alike = unusual.filter(
    ({ username, email }) => usernames.keys.has(looseKey(username)) || emails.keys.has(looseKey(email)),
  );
  return query(
    em,
    sql<LocalUser>`
      select u.id, u.username, u.email,
        exists (select from directory_user d where d.user_id = u.id and d.directory = ${directory}) as linked
      from auth_user u
      where u.id in (
        select id from auth_user where lower(username collate "C") in (select unnest(${usernames.array}::text[]))
        union
        select id from auth_user where lower(email collate "C") in (select unnest(${emails.array}::text[]))
        union
        select unnest(${intArray(alike.map(user => user.id))}::integer[])
      )
      order by u.id`,
  );
}

/** Ids of the local users whose username matches one of the globs, ignoring case. `among` limits the search to these users. */
export async function loadProtected(
  em: EntityManager,
  globs: readonly string[],
  among: readonly number[] | undefined,
): Promise<IdSet> {
  if (globs.length === 0) return new Int32Array(0);
  const these = among && sql`and id = any(${intArray(among)}::integer[])`;
  const candidates = await query(
    em,
    sql<{ id: number; username: string }>`
      select id, username from auth_user
      where (username collate "C" ilike any(${likePatterns(globs)}::text[]) or ${isUnusual(sql`username`)}) ${these ?? sql``}
      order by id`,
  );
  const found = candidates.filter(({ username }) => isProtected(username, globs));
  return Int32Array.from(found, ({ id }) => id);
}

/** Converts globs to `ilike` patterns. */
function likePatterns(globs: readonly string[]): string[] {
  return globs.map(glob =>
    (looseKey(glob) ?? '')
      .replaceAll(/[\\%_]/g, '\\$&')
      .replaceAll('*', '%')
      .replaceAll('?', '_'),
  );
}

/** Users whose username or address has white space that a directory would collapse, or characters beyond ASCII. */
function unusualUsers(em: EntityManager): Promise<readonly Pick<LocalUser, 'id' | 'username' | 'email'>[]> {
  return query(
    em,
    sql<Pick<LocalUser, 'id' | 'username' | 'email'>>`
      select id, username, email from auth_user where ${isUnusual(sql`username`)} or ${isUnusual(sql`email`)}`,
  );
}

/** The keys of unlinked people to search for. */
function* keysOfUnlinked(people: readonly WantedPerson[], links: readonly UserLink[]) {
  const linked = yield* indexed(links, link => [link.externalId, true]);
  const unlinked = yield* filtered(
    people,
    ({ externalId }) => externalId === undefined || !linked.has(externalId),
  );
  const usernames = yield* keysOf(unlinked.map(person => person.username));
  const emails = yield* keysOf(unlinked.map(person => person.email));
  return { isAny: unlinked.length > 0, usernames, emails };
}

interface Keys {
  readonly keys: ReadonlySet<string | undefined>;
  /** The keys as the text of a PostgreSQL array. The driver would block for a third of a second to write a million. */
  readonly array: string;
}

/** Texts that no column can hold are skipped. */
function* keysOf(texts: readonly (string | undefined)[]): Steps<Keys> {
  const keys = new Set<string>();
  yield* each(texts, text => {
    const key = looseKey(text);
    if (key !== undefined) keys.add(key);
  });
  const quoted = yield* mapped(keys, text => `"${text.replaceAll(/["\\]/g, '\\$&')}"`);
  return { keys, array: `{${quoted.join(',')}}` };
}

/**
 * Whether a column contains white space that a directory would collapse, or characters beyond ASCII. Indexed: the same
 * expression is in auth_user_unusual_index.
 */
function isUnusual(column: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(octet_length(${column}) <> char_length(${column}) or ${column} ~ '^\\s|\\s$|\\s\\s|[\\t-\\r]')`;
}

/** Usernames by id, for those of these users who still exist. */
export async function usernamesOf(db: Database, ids: Iterable<number>): Promise<ReadonlyMap<number, string>> {
  const rows = await query(
    db.orm.em.fork(),
    sql<{ id: number; username: string }>`
      select id, username from auth_user where id = any(${intArray(ids)}::integer[])`,
  );
  return new Map(rows.map(row => [row.id, row.username]));
}
