/** What runs would do to the groups in shadow, as the last run that planned everything found it. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { Page } from '../../model/access.ts';
import type { ShadowFilter, ShadowGroupKey, ShadowMemberKey } from '../../model/operations/ownership.ts';
import type { ShadowGroup, ShadowMember, ShadowSummary } from '../../model/ownership.ts';
import type { ShadowStatus } from '../../model/status/status.ts';
import type { Database } from '../database/database.ts';
import { fromEpochMs } from '../database/level.ts';
import { afterKey, pageOf } from '../database/page.ts';
import { query, queryOne } from '../database/sql.ts';

type Stored<T> = Omit<T, 'since'> & { readonly ms: number };

const ADDED = sql`cardinality(s.to_add) + cardinality(s.new_users)`;
/** When the groups of the rows began to differ. */
const sinceMs = (since: RawBuilder<unknown>) => sql`extract(epoch from ${since})::float8 * 1000 as ms`;

/** The users whom a run would add to the groups of these rows `s`, or remove from them. */
function membersOf(rows: RawBuilder<unknown>) {
  return sql`
    select s.*, w.action, w.username, w."isNew", w.why
    from shadow_change s cross join lateral (
      select 'add' as action, u.username::text, false as "isNew", 'member' as why
      from auth_user u where u.id = any(s.to_add)
      union all
      select 'add', name, true, 'member' from unnest(s.new_users) as name
      union all
      select 'remove', u.username::text, false,
        case when s.kind = 'retire' then 'group_' || coalesce(s.reason, 'retired') else coalesce((
          select fact.key from jsonb_each(s.facts) as fact where fact.value @> to_jsonb(u.id) limit 1
        ), 'not_member') end
      from auth_user u where u.id = any(s.to_remove)
    ) as w
    where ${rows}`;
}

const MEMBER = sql`m.action, m.username, m."isNew", m.why as reason, m.team, m.name as "group",
  m.access_group_id as "accessGroupId", m.mapping, ${sinceMs(sql`m.since`)}`;

/** The sums of the drift of a directory. */
export async function shadowStatus(em: EntityManager, directory: string): Promise<ShadowStatus> {
  const row = await queryOne(
    em,
    sql<Omit<ShadowStatus, 'since'> & { readonly ms: number | null }>`
      select count(*) filter (where s.kind in ('create', 'rename', 'update', 'retire'))::int as groups,
        coalesce(sum(${ADDED}), 0)::int as add, coalesce(sum(cardinality(s.to_remove)), 0)::int as remove,
        coalesce(sum(s.held), 0)::int as held, ${sinceMs(sql`min(s.since)`)}
      from shadow_change s where s.directory = ${directory}`,
  );
  const { ms = null, ...counts } = row ?? { groups: 0, add: 0, remove: 0, held: 0 };
  return { ...counts, since: ms === null ? undefined : fromEpochMs(ms) };
}

/** What a run would do to the AccessGroup; null: nothing. */
export async function shadowOfGroup(db: Database, accessGroupId: number): Promise<ShadowSummary | null> {
  const row = await queryOne(
    db.orm.em.fork(),
    sql<Stored<ShadowSummary>>`
      select min(s.mapping) as mapping, sum(${ADDED})::int as add, sum(cardinality(s.to_remove))::int as remove,
        ${sinceMs(sql`min(s.since)`)}
      from shadow_change s where s.access_group_id = ${accessGroupId} group by s.access_group_id`,
  );
  return row === undefined ? null : withSince(row);
}

/** Lists the groups in the order of the plan. */
export async function listShadow(
  db: Database,
  directory: string,
  { limit, after, search }: ShadowFilter<ShadowGroupKey>,
): Promise<Page<ShadowGroup, ShadowGroupKey>> {
  const rows = await query(
    db.orm.em.fork(),
    sql<Stored<ShadowGroup> & { readonly seq: number }>`
      select s.seq, s.mapping, s.kind, s.dn, s.access_group_id as "accessGroupId", s.team, s.name,
        s.previous_name as "previousName", ${ADDED} as add, cardinality(s.to_remove) as remove, s.held, s.reason,
        s.explanation, s.run_id::float8 as "runId", ${sinceMs(sql`s.since`)}
      from shadow_change s
      where s.directory = ${directory} ${found(search, sql`s.team || '/' || s.name`)} ${afterKey(sql`s.seq`, after)}
      order by s.seq
      limit ${limit + 1}`,
  );
  const page = pageOf(rows, limit, (row): ShadowGroupKey => [row.seq]);
  return { ...page, items: page.items.map(({ seq: _seq, ...row }) => withSince(row)) };
}

/** Lists the users who would come and go, by group in the order of the plan. */
export async function listShadowMembers(
  db: Database,
  directory: string,
  { limit, after, search }: ShadowFilter<ShadowMemberKey>,
): Promise<Page<ShadowMember, ShadowMemberKey>> {
  const rows = await query(
    db.orm.em.fork(),
    sql<Stored<ShadowMember> & { readonly seq: number }>`
      select m.seq, ${MEMBER}
      from (${membersOf(sql`s.directory = ${directory} and s.seq >= ${after?.[0] ?? 0}`)}) m
      where true ${found(search, sql`m.team || '/' || m.name || ' ' || m.username`)}
        ${afterKey(sql`m.seq, m.action, m.username`, after)}
      order by m.seq, m.action, m.username
      limit ${limit + 1}`,
  );
  const page = pageOf(rows, limit, (row): ShadowMemberKey => [row.seq, row.action, row.username]);
  return { ...page, items: page.items.map(({ seq: _seq, ...row }) => withSince(row)) };
}

/** What a run would do to the user in that AccessGroup or, if it does not exist, in the group of that name. */
export async function shadowOfUser(
  db: Database,
  group: { readonly id: number | undefined; readonly team: string; readonly name: string },
  username: string,
): Promise<ShadowMember | undefined> {
  const { id, team, name } = group;
  const rows =
    id === undefined
      ? sql`s.access_group_id is null and s.team = ${team} and s.name = ${name}`
      : sql`s.access_group_id = ${id}`;
  const row = await queryOne(
    db.orm.em.fork(),
    sql<Stored<ShadowMember>>`
      select ${MEMBER} from (${membersOf(rows)}) m where m.username = ${username} order by m.seq limit 1`,
  );
  return row && withSince(row);
}

/** A group that a mapping in shadow would create. */
export async function uncreatedGroup(
  db: Database,
  team: string,
  name: string,
): Promise<Pick<ShadowGroup, 'team' | 'name' | 'dn' | 'mapping'> | undefined> {
  return queryOne(
    db.orm.em.fork(),
    sql<Pick<ShadowGroup, 'team' | 'name' | 'dn' | 'mapping'>>`
      select s.team, s.name, s.dn, s.mapping from shadow_change s
      where s.kind = 'create' and s.team = ${team} and s.name = ${name} and not exists (
        select from access_group g join team t on t.id = g.team_id where t.slug = s.team and g.name = s.name
      )
      order by s.seq limit 1`,
  );
}

function found(search: string | undefined, text: RawBuilder<unknown>) {
  return search === undefined ? sql`` : sql`and strpos(lower(${text}), lower(${search})) > 0`;
}

function withSince<Row extends { readonly ms: number }>({ ms, ...row }: Row) {
  return { ...row, since: fromEpochMs(ms) };
}
