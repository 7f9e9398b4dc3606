/** The statement that finds the results of each kind: exact matches first, then by name. */
import { type RawBuilder, sql } from 'kysely';
import type {
  FoundEntry,
  FoundGroup,
  FoundPerson,
  FoundProject,
  FoundRun,
  FoundTeam,
} from '../../model/operations/search.ts';
import { matching, SEARCHED } from '../database/page.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const GROUP_OF_TEAM = /^([^/]+)\/(.+)$/;

/** By username, full name and address, and by the beginning of the username and DN in a directory. */
export function people(text: string, limit: number): RawBuilder<FoundPerson> {
  const start = startingWith(text);
  return sql<FoundPerson>`
    with found as (
      (select u.id, 0 as rank from auth_user u
        where lower(u.username collate "C") = lower(${text} collate "C")
          or lower(u.email collate "C") ${text.includes('@') ? start : sql`= lower(${text} collate "C")`}
        order by u.username limit ${limit})
      union all
      (select d.user_id, 1 from directory_user d
        where lower(left(d.username, 64) collate "C") ${start} or lower(left(d.dn, 200) collate "C") ${start}
        limit ${limit})
      union all
      (select u.id, 2 from auth_user u where true ${matching(SEARCHED.people, text)} order by u.username limit ${limit})
    )
    select 'person' as kind, u.username, u.full_name as "fullName", u.email, u.is_active as "isActive"
    from (select id, min(rank) as rank from found group by id) f
    join auth_user u on u.id = f.id
    order by f.rank, u.username
    limit ${limit}`;
}

/** By name, by `team/name`, and by name, DN and UUID in a directory. */
export function groups(text: string, limit: number): RawBuilder<FoundGroup> {
  const [, team, name] = GROUP_OF_TEAM.exec(text) ?? [];
  return sql<FoundGroup>`
    with found as (
      (select g.id, 0 as rank from access_group g where g.name = ${text} order by g.id limit ${limit})
      union all
      select g.id, 0 from access_group g join team t on t.id = g.team_id where t.slug = ${team} and g.name = ${name}
      union all
      (select d.access_group_id, 0 from directory_group d
        where d.access_group_id is not null and ${named(text)} limit ${limit})
      union all
      (select g.id, 1 from access_group g where true ${matching(SEARCHED.groups, text)} order by g.name, g.id limit ${limit})
      union all
      (select d.access_group_id, 2 from directory_group d
        where d.access_group_id is not null ${matching(SEARCHED.directoryGroups, text)}
        order by left(d.cn, 64) limit ${limit})
    )
    select 'group' as kind, g.id, t.slug as team, g.name, d.directory, d.dn
    from (select id, min(rank) as rank from found group by id) f
    join access_group g on g.id = f.id
    join team t on t.id = g.team_id
    left join lateral (
      select directory, dn from directory_group where access_group_id = g.id order by directory, dn limit 1
    ) d on true
    order by f.rank, g.name, g.id
    limit ${limit}`;
}

/** Directory groups in conflict, and member values that lead to no local user. */
export function entries(text: string, limit: number): RawBuilder<FoundEntry> {
  return sql<FoundEntry>`
    with found as (
      (select 0 as rank, d.directory, d.dn, d.reason, null::integer as id from directory_group d
        where d.state = 'conflict' and ${named(text)} limit ${limit})
      union all
      (select 1, d.directory, d.dn, d.reason, null from directory_group d
        where d.state = 'conflict' ${matching(SEARCHED.directoryGroups, text)}
        order by left(d.cn, 64) limit ${limit})
      union all
      (select 2, m.directory, m.member, m.reason, d.access_group_id
        from unresolved_member m
        join directory_group d on d.directory = m.directory and d.external_id = m.group_external_id
        where true ${matching(SEARCHED.memberValues, text)}
        order by m.id limit ${limit})
    ), best as (select distinct on (directory, dn) * from found order by directory, dn, rank, id)
    select 'entry' as kind, b.directory, b.dn, b.reason, g.id as "groupId", g.name as "group"
    from best b
    left join access_group g on g.id = b.id
    order by b.rank, b.dn, b.directory
    limit ${limit}`;
}

/** By words of the slug and name. */
export function teams(text: string, limit: number): RawBuilder<FoundTeam> {
  const names = sql`t.slug || ' ' || t.name`;
  return sql<FoundTeam>`
    select 'team' as kind, t.slug, t.name
    from team t
    where true ${matching({ words: sql`search_words(${names})`, text: names }, text)}
    order by t.slug <> ${text}, t.slug
    limit ${limit}`;
}

/** By words of the slug and name. */
export function projects(text: string, limit: number): RawBuilder<FoundProject> {
  const names = sql`p.slug || ' ' || p.name`;
  return sql<FoundProject>`
    select 'project' as kind, t.slug as team, p.slug, p.name
    from project p
    join team t on t.id = p.team_id
    where true ${matching({ words: sql`search_words(${names})`, text: names }, text)}
    order by p.slug <> ${text}, p.slug, t.slug
    limit ${limit}`;
}

/** By number, also as `#12` and `run 12`. */
export function runs(text: string): RawBuilder<FoundRun> {
  const id = /^(?:#|run\s*)?([1-9][0-9]{0,14})$/i.exec(text.trim())?.[1];
  return sql<FoundRun>`
    select 'run' as kind, id::float8 as id, directory, status from sync_run where id = ${id}::bigint`;
}

/** A directory group with this DN or UUID. */
function named(text: string): RawBuilder<boolean> {
  return UUID.test(text) ? sql`d.external_id = ${text}` : sql`d.dn = ${text}`;
}

/** `like`: begins with the text. An index on an expression with the collation C serves it. */
function startingWith(text: string): RawBuilder<unknown> {
  return sql`like lower(${`${text.replaceAll(/[\\%_]/g, '\\$&')}%`} collate "C")`;
}
