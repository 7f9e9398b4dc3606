import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { LocalUser, UserLink, WantedPerson } from '../../model/current.ts';
import type { IdSet } from '../../model/snapshot.ts';
import { inTurns } from '../../steps/in-turns.ts';
import { each, filtered, indexed, mapped, type Steps } from '../../steps/steps.ts';
import { normalise } from '../../text/normalise.ts';
import { query } from '../database/sql.ts';

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
  const ids = few ? people.map(person => person.externalId).filter(id => id !== undefined) : [];
  const these = sql`
    and (external_id = any(${ids}::uuid[])
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

/**
 * Local users whom somebody without a link could be: the same name or address, whatever the case and width of its letters
 * and the white space around and between them. Plain texts are found by index, the others by looking at them.
 */
export async function loadUsers(
  em: EntityManager,
  directory: string,
  people: readonly WantedPerson[],
  links: readonly UserLink[],
): Promise<readonly LocalUser[]> {
  const { isAny, usernames, emails } = await inTurns(spellingsOfUnlinked(people, links));
  if (!isAny) return [];
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
        union
        select id from auth_user
        where ${isUnusual(sql`username`)} and ${plainText(sql`username`)} = any(${usernames}::text[])
        union
        select id from auth_user where ${isUnusual(sql`email`)} and ${plainText(sql`email`)} = any(${emails}::text[])
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

/** How those without a link may be spelled. */
function* spellingsOfUnlinked(people: readonly WantedPerson[], links: readonly UserLink[]) {
  const linked = yield* indexed(links, link => [link.externalId, true]);
  const unlinked = yield* filtered(
    people,
    ({ externalId }) => externalId === undefined || !linked.has(externalId),
  );
  const usernames = yield* spellingsOf(unlinked.map(person => person.username));
  const emails = yield* spellingsOf(unlinked.map(person => person.email));
  return { isAny: unlinked.length > 0, usernames, emails };
}

/**
 * Each text as it is, in lower case, and as full case folding has it, as PostgreSQL writes an array: the driver takes a third of
 * a second to write a million texts, without a pause. What no column can hold is in none.
 */
function* spellingsOf(texts: readonly (string | undefined)[]): Steps<string> {
  const spellings = new Set<string>();
  yield* each(texts, text => {
    if (text === undefined || text.includes('\0')) return;
    const squeezed = normalise(text, 'NFKC').replace(/\s+/g, ' ').trim();
    const lower = squeezed.toLowerCase();
    for (const spelling of [text.toLowerCase(), squeezed, lower, lower.toUpperCase().toLowerCase()])
      if (spelling !== '') spellings.add(spelling);
  });
  const quoted = yield* mapped(spellings, text => `"${text.replaceAll(/["\\]/g, '\\$&')}"`);
  return `{${quoted.join(',')}}`;
}

/** Whether a column holds white space that a directory would squeeze, or letters beyond ASCII. Cheap: most rows are asked. */
function isUnusual(column: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(octet_length(${column}) <> char_length(${column}) or ${column} ~ '^\\s|\\s$|\\s\\s|[\\t-\\r]')`;
}

function plainText(column: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`lower(btrim(regexp_replace(normalize(${column}, NFKC), '\\s+', ' ', 'g')))`;
}
