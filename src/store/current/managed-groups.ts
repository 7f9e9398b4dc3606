/** Loads the managed AccessGroups of a directory with their members. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { AccessGroup, ManagedGroup, ManagedTotals, Wanted } from '../../model/current.ts';
import type { IdSet } from '../../model/snapshot.ts';
import { intArray, query, queryOne } from '../database/sql.ts';

interface ManagedRow extends AccessGroup {
  readonly projects: readonly string[];
  readonly members: string | null;
  readonly count: number | null;
}

/**
 * The AccessGroups linked to this directory, by id, with members. `groups` limits the result to these directory groups, and
 * `movers` their members to these users: the others are counted.
 */
export async function loadManaged(
  em: EntityManager,
  directory: string,
  { groups, movers }: Pick<Wanted, 'groups' | 'movers'>,
): Promise<ManagedGroup[]> {
  const linked = sql`
    select distinct access_group_id as id
    from directory_group
    where directory = ${directory} and access_group_id is not null ${ofThese(groups)}`;
  return loadGroups(em, linked, movers);
}

/** The AccessGroups whose ids a query selects (as `id`), by id, with members. `only`: as `movers` of `loadManaged`. */
export async function loadGroups(
  em: EntityManager,
  ids: RawBuilder<unknown>,
  only?: readonly number[],
): Promise<ManagedGroup[]> {
  const count =
    only && sql`(select count(*)::int from access_group_members m where m.access_group_id = g.id)`;
  const rows = await query(
    em,
    sql<ManagedRow>`
      with linked as materialized (
        ${ids}
      ), membership as materialized (
        select sorted.id, array_agg(sorted.user_id)::text as members
        from (
          select m.access_group_id as id, m.user_id
          from access_group_members m
          where m.access_group_id in (select id from linked)
            ${only ? sql`and m.user_id = any(${intArray(only)}::integer[])` : sql``}
          order by m.access_group_id, m.user_id
        ) as sorted
        group by sorted.id
      ), assignment as materialized (
        select a.access_group_id as id, array_agg(p.slug::text order by p.slug) as projects
        from access_group_projects a
        join project p on p.id = a.project_id
        where a.access_group_id in (select id from linked)
        group by a.access_group_id
      )
      select g.id, g.team_id as "teamId", g.name, g.type, g.managed, m.members, ${count ?? sql`null`} as count,
        coalesce(a.projects, '{}') as projects
      from linked l
      join access_group g on g.id = l.id
      left join membership m on m.id = g.id
      left join assignment a on a.id = g.id
      order by g.id`,
  );
  return rows.map(({ count: all, ...row }) => {
    const members = parseIds(row.members);
    const stayers = (all ?? members.length) - members.length;
    return { ...row, members, ...(stayers > 0 && { stayers }) };
  });
}

/**
 * The number of groups and memberships that this directory manages. The database counts them if not all were loaded.
 */
export async function loadTotals(
  em: EntityManager,
  directory: string,
  all: readonly ManagedGroup[] | undefined,
): Promise<ManagedTotals> {
  if (all !== undefined) {
    return { groups: all.length, memberships: all.reduce((sum, group) => sum + group.members.length, 0) };
  }
  const totals = await queryOne(
    em,
    sql<ManagedTotals>`
      select
        (select count(distinct access_group_id)::int from directory_group where directory = ${directory}) as groups,
        (
          select count(*)::int
          from access_group_members
          where access_group_id in (select access_group_id from directory_group where directory = ${directory})
        ) as memberships`,
  );
  return totals ?? { groups: 0, memberships: 0 };
}

function ofThese(externalIds: readonly string[] | undefined): RawBuilder<unknown> {
  return externalIds === undefined ? sql`` : sql`and external_id = any(${externalIds}::uuid[])`;
}

/**
 * Parses `{1,2,3}`, the text form of a PostgreSQL array. It does not use the driver's parser because the arrays hold up
 * to half a million numbers.
 */
function parseIds(text: string | null): IdSet {
  if (text === null) return new Int32Array(0);
  const ids = new Int32Array(text.length);
  let count = 0;
  let id = 0;
  for (let at = 1; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) {
      id = id * 10 + digit;
    } else {
      ids[count++] = id;
      id = 0;
    }
  }
  return ids.slice(0, count);
}
