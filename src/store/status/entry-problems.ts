/** Lists the problems with single entries of a directory. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { DirectoryStatus, EntryProblem } from '../../model/status/status.ts';
import { query, queryOne } from '../database/sql.ts';

/** Enough to see the kind of problem; the limit keeps a status cheap, because it is read often. */
const SHOWN = 10;

type ProblemRow = { readonly [Key in keyof EntryProblem]: string | null } & {
  readonly group: string;
  readonly dn: string;
  readonly reason: string;
};

/**
 * The last run that read the whole directory, which knows the unreadable groups. A run that found the directory
 * unchanged has read nothing. For use in a `with`.
 */
function lastRead(directory: string): RawBuilder<unknown> {
  return sql`(
    select id from sync_run
    where directory = ${directory} and mode = 'apply' and group_name is null and reverts is null and counts ? 'plan'
    order by id desc limit 1
  )`;
}

/** The number of groups in the last complete read that could not be read completely. */
export async function countUnreadable(em: EntityManager, directory: string): Promise<number> {
  const row = await queryOne(
    em,
    sql<{ count: number }>`
      select count(*)::int as count from sync_run_group where run_id = ${lastRead(directory)} and kind = 'unknown'`,
  );
  return row?.count ?? 0;
}

/** What the last complete read found out about accounts and usernames of people, and about the account of the bind. */
export async function lastReadCounts(
  em: EntityManager,
  directory: string,
): Promise<Pick<DirectoryStatus, 'disabled' | 'unnamed' | 'passwordExpiresAt'>> {
  const row = await queryOne(
    em,
    sql<{ disabled: DirectoryStatus['disabled'] | null; unnamed: number | null; expires: string | null }>`
      select counts #> '{read,disabled}' as disabled, (counts #>> '{read,unnamed}')::int as unnamed,
        counts #>> '{read,passwordExpiresAt}' as expires
      from sync_run where id = ${lastRead(directory)}`,
  );
  const expires = row?.expires ?? undefined;
  return {
    disabled: row?.disabled ?? {},
    unnamed: row?.unnamed ?? 0,
    passwordExpiresAt: expires === undefined ? undefined : new Date(expires),
  };
}

/**
 * The problems with single entries of a directory: unreadable groups, then groups in conflict or failed, then members
 * (case F72).
 */
export async function problemsOf(em: EntityManager, directory: string): Promise<DirectoryStatus['problems']> {
  const faulty = sql`directory = ${directory} and (state = 'conflict' or last_error is not null)`;
  const counted = await queryOne(
    em,
    sql<{ total: number }>`
      select ((select count(*) from sync_run_group where run_id = ${lastRead(directory)} and kind = 'unknown')
        + (select count(*) from directory_group where ${faulty})
        + (select count(*) from unresolved_member where directory = ${directory}))::int as total`,
  );
  const rows = await query(
    em,
    sql<ProblemRow>`
      select "group", dn, member, attribute, reason, message from (
        (select 0 as rank, name as "group", dn, null as member, null as attribute, coalesce(reason, 'unknown') as reason,
          explanation as message
        from sync_run_group where run_id = ${lastRead(directory)} and kind = 'unknown' order by seq limit ${SHOWN})
        union all
        (select 1 as rank, cn as "group", dn, null as member, null as attribute, coalesce(reason, 'failed') as reason,
          last_error as message
        from directory_group where ${faulty} order by cn, external_id limit ${SHOWN})
        union all
        (select 2, g.cn, g.dn, u.member, u.attribute, u.reason, null
        from unresolved_member u
        join directory_group g on g.directory = u.directory and g.external_id = u.group_external_id
        where u.directory = ${directory} order by u.id limit ${SHOWN})
      ) as problem order by rank limit ${SHOWN}`,
  );
  const first = rows.map(({ member, attribute, message, ...row }) => ({
    ...row,
    member: member ?? undefined,
    attribute: attribute ?? undefined,
    message: message ?? undefined,
  }));
  return { total: counted?.total ?? 0, first };
}
