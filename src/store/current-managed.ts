import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { AccessGroup, IdSet, ManagedGroup } from '../model.ts';
import { query } from './sql.ts';

interface ManagedRow extends AccessGroup {
  readonly projects: readonly string[];
  readonly members: string | null;
}

/** The AccessGroups linked to this directory (of these groups only, where some are named), by id, with members. */
export async function loadManaged(
  em: EntityManager,
  directory: string,
  externalIds: readonly string[] | undefined,
): Promise<ManagedGroup[]> {
  const rows = await query(
    em,
    sql<ManagedRow>`
      with linked as materialized (
        select distinct access_group_id as id
        from directory_group
        where directory = ${directory} and access_group_id is not null ${ofThese(externalIds)}
      ), membership as (
        select m.access_group_id as id, string_agg(m.user_id::text, ',' order by m.user_id) as members
        from access_group_members m
        where m.access_group_id in (select id from linked)
        group by m.access_group_id
      )
      select g.id, g.team_id as "teamId", g.name, g.type, g.managed, m.members,
        array(
          select p.slug from access_group_projects a join project p on p.id = a.project_id
          where a.access_group_id = g.id order by p.slug
        )::text[] as projects
      from linked l
      join access_group g on g.id = l.id
      left join membership m on m.id = g.id
      order by g.id`,
  );
  return rows.map(row => ({ ...row, members: parseIds(row.members) }));
}

function ofThese(externalIds: readonly string[] | undefined): RawBuilder<unknown> {
  return externalIds === undefined ? sql`` : sql`and external_id = any(${externalIds}::uuid[])`;
}

/** Decimal numbers with commas between them. By hand: this text has half a million numbers. */
function parseIds(text: string | null): IdSet {
  if (text === null) return new Int32Array(0);
  const ids = new Int32Array(text.length);
  let count = 0;
  let id = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0) {
      id = id * 10 + digit;
    } else {
      ids[count++] = id;
      id = 0;
    }
  }
  ids[count++] = id;
  return ids.slice(0, count);
}
