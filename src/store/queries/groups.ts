/** Lists AccessGroups and returns their details. */
import { type RawBuilder, sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import type {
  GroupDetail,
  GroupFilter,
  GroupKey,
  GroupSource,
  GroupSummary,
  Page,
} from '../../model/access.ts';
import { type GroupFacts, groupState, inDirectory } from '../../model/group-state.ts';
import type { Database } from '../database/database.ts';
import { fromEpochMs, withLevel } from '../database/level.ts';
import { afterKey, matching, pageOf, SEARCHED } from '../database/page.ts';
import { query, queryOne } from '../database/sql.ts';
import { readFrom } from '../database/transaction.ts';
import { AccessGroup } from '../entities/access.ts';
import { digestOf } from '../runs/waiting.ts';
import { shadowOfGroup } from '../shadow/list.ts';
import { FACTS_OF_GROUP, HELD_ROWS, inState, STATE_OF_SOURCE } from './group-facts.ts';
import { teamId } from './teams.ts';

type GroupRow = Omit<GroupSummary, 'access' | 'dateAdded' | 'state' | 'inDirectory'> & {
  readonly added: number;
  readonly facts: GroupFacts;
};

/** Lists AccessGroups by name and id, limited by the filter. Throws RefusedError if the team does not exist. */
export async function listGroups(db: Database, filter: GroupFilter): Promise<Page<GroupSummary, GroupKey>> {
  const { limit, after, search } = filter;
  const team = filter.team === undefined ? undefined : await teamId(db, filter.team);
  const rows = await query(
    db.orm.em.fork(),
    summaries(sql`
      select g.* from access_group g
      where true
        ${team === undefined ? sql`` : sql`and g.team_id = ${team}`}
        ${matching(SEARCHED.groups, search)}
        ${filter.state === undefined ? sql`` : sql`and ${inState(filter.state)}`}
        ${filter.directory === undefined ? sql`` : sql`and ${linked(sql`d.directory = ${filter.directory}`)}`}
        ${afterKey(sql`g.name, g.id`, after)}
      order by g.name, g.id
      limit ${limit + 1}`),
  );
  const page = pageOf(rows, limit, (row): GroupKey => [row.name, row.id]);
  return { ...page, items: page.items.map(summaryOf) };
}

/** One AccessGroup with its directory groups. Throws RefusedError if it does not exist. */
export async function getGroup(db: Database, id: number): Promise<GroupDetail> {
  const row = await queryOne(
    db.orm.em.fork(),
    summaries(sql`select g.* from access_group g where g.id = ${id}`),
  );
  if (row === undefined) throw new RefusedError('unknown_group', `there is no AccessGroup ${id}`);
  return { ...summaryOf(row), sources: await groupSources(db, id), shadow: await shadowOfGroup(db, id) };
}

/** The id of the AccessGroup of that name in a team. Throws RefusedError if it does not exist. */
export async function groupNamed(db: Database, team: string, name: string): Promise<number> {
  const owner = await teamId(db, team);
  const group = await readFrom(db, em => em.findOne(AccessGroup, { team: owner, name }));
  if (group === null) throw new RefusedError('unknown_group', `team "${team}" has no AccessGroup "${name}"`);
  return group.id;
}

async function groupSources(db: Database, id: number): Promise<readonly GroupSource[]> {
  const rows = await query(
    db.orm.em.fork(),
    sql<Omit<GroupSource, 'missingSince'> & { missing: number | null }>`
      select directory, external_id as "externalId", dn, cn as name, mapping, ${STATE_OF_SOURCE} as state, reason,
        extract(epoch from missing_since)::float8 * 1000 as missing, applied_run::float8 as "appliedRun",
        frozen_by as "frozenBy", frozen_reason as "frozenReason", last_error as "lastError"
      from directory_group d
      where access_group_id = ${id}
      order by directory, dn`,
  );
  return rows.map(({ missing, ...source }) => ({ ...source, missingSince: fromEpochMs(missing) }));
}

/** The list columns of the groups that `page` selects; counts are computed for these groups only. */
function summaries(page: RawBuilder<unknown>): RawBuilder<GroupRow> {
  return sql<GroupRow>`
    with page as materialized (${page}), waiting as materialized (
      select s.access_group_id as id, sum(cardinality(s.held))::int as removals, max(${digestOf(sql`h`)}) as digest
      from ${HELD_ROWS} where s.access_group_id in (select id from page)
      group by s.access_group_id
    )
    select g.id, t.slug as team, g.name, g.type, g.managed, d.directory, d.frozen, d."lastError",
      ${FACTS_OF_GROUP} as facts, coalesce(w.removals, 0) as waiting, w.digest as "heldPlan",
      (select count(*)::int from access_group_members m where m.access_group_id = g.id) as members,
      array(
        select p.slug::text from access_group_projects a join project p on p.id = a.project_id
        where a.access_group_id = g.id order by p.slug
      ) as projects,
      (
        select count(*)::int from directory_group s
        join unresolved_member u on u.directory = s.directory and u.group_external_id = s.external_id
        where s.access_group_id = g.id
      ) as unresolved,
      (
        select count(*)::int from membership_doubt q
        join access_group_members m on m.access_group_id = q.access_group_id and m.user_id = q.user_id
        where q.access_group_id = g.id
      ) as doubts,
      extract(epoch from g.date_added)::float8 * 1000 as added
    from page g
    join team t on t.id = g.team_id
    left join waiting w on w.id = g.id
    cross join lateral (
      select min(directory) as directory, coalesce(bool_or(frozen_at is not null), false) as frozen,
        min(last_error) as "lastError"
      from directory_group where access_group_id = g.id
    ) d
    order by g.name, g.id`;
}

function linked(condition: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`exists (select from directory_group d where d.access_group_id = g.id and ${condition})`;
}

function summaryOf({ added, facts, ...row }: GroupRow): GroupSummary {
  const state = groupState(facts);
  return {
    ...withLevel(row),
    state,
    inDirectory: inDirectory({ ...row, state }),
    dateAdded: fromEpochMs(added),
  };
}
