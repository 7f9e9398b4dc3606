/** Lists what is stored about the groups and member values of a directory. */
import { type RawBuilder, sql } from 'kysely';
import type { Page } from '../../model/access.ts';
import type {
  DirectoryGroupFilter,
  DirectoryGroupKey,
  UnresolvedFilter,
  UnresolvedKey,
} from '../../model/operations/ownership.ts';
import type { ListedGroup, ListedMember } from '../../model/ownership.ts';
import type { Database } from '../database/database.ts';
import { afterKey, matching, pageOf, SEARCHED } from '../database/page.ts';
import { query } from '../database/sql.ts';
import { STATE_OF_SOURCE } from './group-facts.ts';

/** Lists the stored groups of a directory by name. */
export async function listDirectoryGroups(
  db: Database,
  directory: string,
  { limit, after, state, search }: DirectoryGroupFilter,
): Promise<Page<ListedGroup, DirectoryGroupKey>> {
  const rows = await query(
    db.orm.em.fork(),
    sql<ListedGroup & { readonly sortedBy: string }>`
      with page as materialized (
        select d.*, left(d.cn, 64) as sorted_by, ${STATE_OF_SOURCE} as shown_state
        from directory_group d
        where d.directory = ${directory} ${inState(state)}
          ${matching(SEARCHED.directoryGroups, search)}
          ${afterKey(sql`left(d.cn, 64), d.external_id`, after)}
        order by left(d.cn, 64), d.external_id
        limit ${limit + 1}
      )
      select p.external_id as "externalId", p.dn, p.cn as name, p.mapping, p.shown_state as state, p.reason,
        p.access_group_id as "accessGroupId", t.slug as team, g.name as "groupName",
        p.frozen_at is not null as frozen, p.last_error as "lastError", p.sorted_by as "sortedBy",
        (select count(*)::int from unresolved_member m
          where m.directory = p.directory and m.group_external_id = p.external_id) as unresolved
      from page p
      left join access_group g on g.id = p.access_group_id
      left join team t on t.id = g.team_id
      order by p.sorted_by, p.external_id`,
  );
  return pageOf(rows, limit, (row): DirectoryGroupKey => [row.sortedBy, row.externalId]);
}

/** Lists the member values of a directory that lead to no usable local user, in the order in which runs found them. */
export async function listUnresolved(
  db: Database,
  directory: string,
  { limit, after, search, group }: UnresolvedFilter,
): Promise<Page<ListedMember & { readonly id: number }, UnresolvedKey>> {
  const rows = await query(
    db.orm.em.fork(),
    sql<Omit<ListedMember, 'since'> & { readonly id: number; readonly sinceMs: number }>`
      select m.id::float8 as id, d.dn as "groupDn", d.cn as "groupName", m.member, m.reason,
        extract(epoch from m.since)::float8 * 1000 as "sinceMs"
      from unresolved_member m
      join directory_group d on d.directory = m.directory and d.external_id = m.group_external_id
      where m.directory = ${directory}
        ${group === undefined ? sql`` : sql`and d.access_group_id = ${group}`}
        ${matching(SEARCHED.memberValues, search)}
        ${afterKey(sql`m.id`, after)}
      order by m.id
      limit ${limit + 1}`,
  );
  const page = pageOf(rows, limit, (row): UnresolvedKey => [row.id]);
  return {
    ...page,
    items: page.items.map(({ sinceMs, ...member }) => ({ ...member, since: new Date(sinceMs) })),
  };
}

/** Whether any stored data belongs to a directory of that name. */
export async function knowsDirectory(db: Database, directory: string): Promise<boolean> {
  const found = await query(
    db.orm.em.fork(),
    sql`select from directory_group where directory = ${directory} limit 1`,
  );
  return found.length > 0;
}

function inState(state: DirectoryGroupFilter['state']): RawBuilder<unknown> {
  if (state === undefined) return sql``;
  return state === 'frozen' ? sql`and d.frozen_at is not null` : sql`and ${STATE_OF_SOURCE} = ${state}`;
}
