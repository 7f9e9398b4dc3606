import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { IdSet, LocalUser, UserLink } from '../model.ts';
import { query } from './sql.ts';

export interface WantedPerson {
  readonly externalId: string;
  readonly username: string | undefined;
  readonly email: string | undefined;
}

/** Up to here, links are looked up one by one; beyond, reading all links of the directory is cheaper. */
const LOOKED_UP = 5_000;

/**
 * Who is linked: at least all of `people` who are, and the members of the directory's groups (of `groups` only, where some
 * are named); everybody where nobody is named.
 */
export async function loadLinks(
  em: EntityManager,
  directory: string,
  people: readonly WantedPerson[] | undefined,
  groups?: readonly string[],
): Promise<readonly UserLink[]> {
  const few = people !== undefined && people.length <= LOOKED_UP;
  const these = sql`
    and (external_id = any(${few ? people.map(person => person.externalId) : []}::uuid[])
      or user_id in (
        select m.user_id
        from directory_group g
        join access_group_members m on m.access_group_id = g.access_group_id
        where g.directory = ${directory} ${groups ? sql`and g.external_id = any(${groups}::uuid[])` : sql``}
      ))`;
  const rows = await query(
    em,
    sql<LinkRow>`
      select external_id as "externalId", user_id as "userId", dn, username, matched_by as "matchedBy"
      from directory_user
      where directory = ${directory} ${few ? these : sql``}
      order by external_id`,
  );
  return rows.map(({ username, ...row }) => ({ ...row, username: username ?? undefined }));
}

type LinkRow = Omit<UserLink, 'username'> & { readonly username: string | null };

/** Local users whom somebody without a link could be: the same name or address, whatever the case of its letters. */
export async function loadUsers(
  em: EntityManager,
  directory: string,
  people: readonly WantedPerson[],
  links: readonly UserLink[],
): Promise<readonly LocalUser[]> {
  const linked = new Set(links.map(link => link.externalId));
  const unlinked = people.filter(person => !linked.has(person.externalId));
  if (unlinked.length === 0) return [];
  const usernames = foldedTexts(unlinked.map(person => person.username));
  const emails = foldedTexts(unlinked.map(person => person.email));
  return query(
    em,
    sql<LocalUser>`
      select u.id, u.username, u.email,
        exists (select from directory_user d where d.user_id = u.id and d.directory = ${directory}) as linked
      from auth_user u
      where u.id in (
        select id from auth_user where lower(username) in (select unnest(${usernames}::text[]))
        union
        select id from auth_user where lower(email) in (select unnest(${emails}::text[]))
      )
      order by u.id`,
  );
}

/** Ids of the local users whose name matches one of the globs; letters of either case are the same. */
export async function loadProtected(em: EntityManager, globs: readonly string[]): Promise<IdSet> {
  if (globs.length === 0) return new Int32Array(0);
  const rows = await query(
    em,
    sql<{
      id: number;
    }>`select id from auth_user where username ilike any(${likePatterns(globs)}::text[]) order by id`,
  );
  return Int32Array.from(rows, row => row.id);
}

/** Globs as `ilike` takes them. */
export function likePatterns(globs: readonly string[]): string[] {
  return globs.map(glob =>
    glob
      .replaceAll(/[\\%_]/g, '\\$&')
      .replaceAll('*', '%')
      .replaceAll('?', '_'),
  );
}

function foldedTexts(texts: readonly (string | undefined)[]): string[] {
  return texts.flatMap(text => (text === undefined || text === '' ? [] : [text.toLowerCase()]));
}
