/** Loads the links and local users that the people of a read may match. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { LocalUser, UserLink, WantedPerson } from '../../model/current.ts';
import type { IdSet } from '../../model/snapshot.ts';
import { inTurns } from '../../steps/in-turns.ts';
import { each, filtered, indexed, mapped, type Steps } from '../../steps/steps.ts';
import { normalise } from '../../text/normalise.ts';
import { query } from '../database/sql.ts';

/** Up to this number, links are looked up individually. Beyond it, reading all links of the directory is cheaper. */
const LOOKED_UP_BY_ID = 5_000;

/**
 * Loads links: at least those of `people` and of the members of the directory's groups, limited to `groups` if given.
 * Without `people` it loads all links of the directory.
 */
export async function loadLinks(
  em: EntityManager,
  directory: string,
  people: readonly WantedPerson[] | undefined,
  groups?: readonly string[],
): Promise<readonly UserLink[]> {
  const few = people !== undefined && people.length <= LOOKED_UP_BY_ID;
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
 * Loads the local users that an unlinked person could match: same username or email address, ignoring case, character
 * width and white space around and between words. Plain ASCII texts are found by index; the others need a scan.
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

/** Ids of the local users whose username matches one of the globs, ignoring case. */
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

/** Converts globs to `ilike` patterns. */
export function likePatterns(globs: readonly string[]): string[] {
  return globs.map(glob =>
    glob
      .replaceAll(/[\\%_]/g, '\\$&')
      .replaceAll('*', '%')
      .replaceAll('?', '_'),
  );
}

/** The spellings of unlinked people to search for. */
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
 * Yields each text as is, in lower case and case-folded, as the text of a PostgreSQL array. The driver would block for
 * a third of a second to write a million texts. Texts that no column can hold are skipped.
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

/**
 * Whether a column contains white space that a directory would collapse, or characters beyond ASCII. It must be cheap,
 * because it runs on most rows.
 */
function isUnusual(column: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(octet_length(${column}) <> char_length(${column}) or ${column} ~ '^\\s|\\s$|\\s\\s|[\\t-\\r]')`;
}

function plainText(column: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`lower(btrim(regexp_replace(normalize(${column}, NFKC), '\\s+', ' ', 'g')))`;
}
