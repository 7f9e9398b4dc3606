/** Loads what the database knows about entries, for a read of some of them. */
import { type RawBuilder, sql } from 'kysely';
import type { ExternalId } from '../../model/snapshot.ts';
import type {
  FoundGroup,
  Hint,
  KnownEntries,
  StoredMember,
  StoredMembers,
  StoredPeople,
} from '../../model/watch.ts';
import { looseKey } from '../../text/loose-key.ts';
import type { Database } from '../database/database.ts';
import { jsonOf, query } from '../database/sql.ts';

/**
 * The former DNs and names of hinted entries, and the groups of the hinted people according to the database. The
 * directory alone does not show all of them: a username stays in `memberUid` after its user was renamed, and Active
 * Directory removes a deleted user from groups without reporting these.
 */
export async function loadHinted(
  db: Database,
  directory: string,
  hints: readonly Hint[],
): Promise<KnownEntries> {
  const em = db.orm.em.fork();
  const ids = idsOf(hints);
  const dns = hints.flatMap(({ dn, oldDn }) => [dn ?? [], oldDn ?? []].flat());
  // Each of the two uses an index; both together would scan the table.
  const rowsOf = <Row>(columns: RawBuilder<unknown>, table: RawBuilder<unknown>) => sql<Row>`
    select ${columns} from ${table} where directory = ${directory} and external_id = any(${ids}::uuid[])
    union
    select ${columns} from ${table} where directory = ${directory} and dn in (select unnest(${dns}::text[]))`;
  const people = await query(
    em,
    rowsOf<{ userId: number; dn: string; username: string | null }>(
      sql`user_id as "userId", dn, username`,
      sql`directory_user`,
    ),
  );
  const known = await query(em, rowsOf<{ dn: string }>(sql`dn`, sql`directory_group`));
  const groups = await query(
    em,
    sql<{ id: ExternalId }>`
      select distinct g.external_id as id
      from access_group_members m
      join directory_group g on g.access_group_id = m.access_group_id
      where m.user_id = any(${people.map(({ userId }) => userId)}::integer[]) and g.directory = ${directory}`,
  );
  return {
    dns: [...people, ...known].map(({ dn }) => dn),
    usernames: people.flatMap(({ username }) => username ?? []),
    groups: groups.map(({ id }) => id),
  };
}

/** The entries that are linked to a local user: by the name of this user, else by the username or DN of their last read. */
export async function entriesOfUser(
  db: Database,
  directory: string,
  user: string,
): Promise<{ readonly isLocal: boolean; readonly ids: readonly ExternalId[] }> {
  const key = looseKey(user) ?? user;
  const rows = await query(
    db.orm.em.fork(),
    sql<{ id: ExternalId; isLocal: boolean }>`
      select d.external_id as id, true as "isLocal"
      from auth_user u
      join directory_user d on d.user_id = u.id and d.directory = ${directory}
      where lower(u.username collate "C") = ${key} or u.username = ${user}
      union all
      select external_id, false from directory_user
      where directory = ${directory} and (lower(username) = ${key} or dn = ${user})`,
  );
  const isLocal = rows.some(row => row.isLocal);
  return { isLocal, ids: rows.filter(row => row.isLocal === isLocal).map(({ id }) => id) };
}

/** The stored DNs and usernames of these people. People without a link to a local user are left out. */
export async function linkedAmong(
  db: Database,
  directory: string,
  people: readonly ExternalId[],
): Promise<StoredPeople> {
  const rows = await query(
    db.orm.em.fork(),
    sql<{ id: ExternalId; dn: string; username: string | null }>`
      select external_id as id, dn, username from directory_user
      where directory = ${directory} and external_id = any(${people}::uuid[])`,
  );
  return new Map(rows.map(({ id, ...stored }) => [id, stored]));
}

/** The groups that are linked to an AccessGroup. */
export async function linkedGroups(db: Database, directory: string): Promise<ExternalId[]> {
  const rows = await query(
    db.orm.em.fork(),
    sql<{ id: ExternalId }>`
      select external_id as id from directory_group
      where directory = ${directory} and access_group_id is not null and state <> 'released'
      order by external_id`,
  );
  return rows.map(({ id }) => id);
}

/** The members of the AccessGroups of these directory groups. */
export async function membersOf(
  db: Database,
  directory: string,
  groups: readonly ExternalId[],
): Promise<StoredMembers> {
  const em = db.orm.em.fork();
  const fed = sql`
    from directory_group g
    where g.directory = ${directory} and g.external_id = any(${groups}::uuid[]) and g.access_group_id is not null`;
  const sources = await query(
    em,
    sql<{ id: ExternalId; accessGroupId: number; type: number }>`
      select g.external_id as id, g.access_group_id as "accessGroupId",
        (select a.type from access_group a where a.id = g.access_group_id) as type
      ${fed}`,
  );
  const rows = await query(
    em,
    sql<StoredMember | UnlinkedMember>`
      with members as materialized (
        select m.user_id, array_agg(m.access_group_id)::integer[] as groups
        from access_group_members m
        where m.access_group_id in (select g.access_group_id ${fed})
        group by m.user_id
      )
      select m.user_id as "userId", m.groups as "memberOf", u.external_id as "externalId", u.dn, u.username,
        exists (
          select from membership_doubt d where d.directory = ${directory} and d.user_id = m.user_id
        ) as "isDoubted"
      from members m
      left join directory_user u on u.user_id = m.user_id and u.directory = ${directory}`,
  );
  const isLinked = (row: StoredMember | UnlinkedMember): row is StoredMember => row.externalId !== null;
  return {
    accessGroups: new Map(sources.map(({ id, accessGroupId }) => [id, accessGroupId])),
    ownerGroups: new Set(sources.flatMap(({ accessGroupId, type }) => (type === 0 ? accessGroupId : []))),
    members: rows.filter(isLinked),
    unlinked: rows.flatMap(row => (isLinked(row) ? [] : row.userId)),
  };
}

interface UnlinkedMember {
  readonly userId: number;
  readonly externalId: null;
}

/**
 * The groups that must be read together with `found`: those that feed the same AccessGroup, also without a link to it, and if a
 * hinted group gives up its name, those that wait for a name.
 */
export async function relatedGroups(
  db: Database,
  directory: string,
  hints: readonly Hint[],
  found: readonly FoundGroup[],
): Promise<ExternalId[]> {
  const ids = found.flatMap(({ externalId }) => externalId ?? []);
  const rows = await query(
    db.orm.em.fork(),
    sql<{ id: ExternalId }>`
      with found as materialized (
        select * from json_to_recordset(${jsonOf(found)}::json) as f("externalId" uuid, dn text, name text)
      ),
      freed as materialized (
        select exists (
          select from directory_group g left join found f on f."externalId" = g.external_id
          where g.directory = ${directory} and g.external_id = any(${idsOf(hints)}::uuid[])
            and (f.dn is distinct from g.dn or f.name is distinct from g.cn)
        ) as freed
      ),
      merged as materialized (
        select distinct mapping from directory_group where directory = ${directory} and reason = 'merged_elsewhere'
      )
      select o.external_id as id
      from directory_group g
      join directory_group o on o.access_group_id = g.access_group_id and o.external_id <> g.external_id
      where g.directory = ${directory} and g.external_id = any(${ids}::uuid[]) and o.directory = ${directory}
        and o.state <> 'released' and o.external_id <> all(${ids}::uuid[])
      union
      select o.external_id
      from found f
      join directory_group g on g.directory = ${directory} and g.external_id = f."externalId"
      join merged m on m.mapping = g.mapping
      join directory_group o on o.directory = ${directory} and o.mapping = g.mapping
      where (o.state <> 'released' or o.reason = 'merged_elsewhere')
        and not exists (select from found f where f."externalId" = o.external_id)
      union
      select o.external_id
      from directory_group o
      where (select freed from freed) and o.directory = ${directory} and (o.state = 'conflict' or o.reason is not null)
        and o.state <> 'released' and not exists (select from found f where f."externalId" = o.external_id)`,
  );
  return rows.map(({ id }) => id);
}

function idsOf(hints: readonly Hint[]): ExternalId[] {
  return [...new Set(hints.flatMap(({ id }) => id ?? []))];
}
