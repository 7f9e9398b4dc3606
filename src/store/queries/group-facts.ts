/** SQL for the facts that decide the state of an AccessGroup (src/model/group-state.ts). */
import { type RawBuilder, sql } from 'kysely';
import type { LinkState } from '../../model/current.ts';
import { GROUP_STATES, type GroupFacts, type GroupState } from '../../model/group-state.ts';

/** Rows of saved plans that wait for a decision. */
export const HELD_ROWS = sql`sync_run_group s join sync_run h on h.id = s.run_id and h.status = 'held' and s.outcome = 'held'`;

/** The rows of groups that the last read of the whole directory could not read completely. */
const UNREAD_ROWS = sql`
  directory_state of
  cross join lateral (
    select id from sync_run r
    where r.directory = of.directory and mode = 'apply' and group_name is null and reverts is null and counts ? 'plan'
    order by id desc limit 1
  ) as last
  join sync_run_group s on s.run_id = last.id and s.kind = 'unknown'`;

/** Whether a conflict prevents directory group `d` from having an AccessGroup, or from having the one that its mapping gives. */
export const IN_CONFLICT: RawBuilder<boolean> = sql`(d.state = 'conflict'
  or d.state = 'linked' and d.reason in ('rename_conflict', 'merged_elsewhere', 'name_invalid'))`;

/** The state of directory group `d`, as lists and sums show it. */
export const STATE_OF_SOURCE: RawBuilder<LinkState> = sql`case when ${IN_CONFLICT} then 'conflict' else d.state end`;

/** Whether the fact is true of group `g`. */
const FACTS: Readonly<Record<keyof GroupFacts, RawBuilder<boolean>>> = {
  manual: sql`not g.managed`,
  frozen: sql`(${sourced(sql`d.frozen_at is not null`)}
    or g.id in (select access_group_id from shadow_change where access_group_id is not null))`,
  waiting: sql`g.id in (select s.access_group_id from ${HELD_ROWS} where s.access_group_id is not null)`,
  missing: sql`not ${sourced(sql`d.state in ('linked', 'out_of_scope')`)}`,
  out_of_scope: sql`(not ${sourced(sql`d.state = 'linked'`)} and ${sourced(sql`d.state = 'out_of_scope'`)})`,
  doubt: sql`exists (
    select from membership_doubt q
    join access_group_members m on m.access_group_id = q.access_group_id and m.user_id = q.user_id
    where q.access_group_id = g.id
  )`,
  behind: sql`(${sourced(sql`d.last_error is not null`)}
    or g.id in (select s.access_group_id from sync_run_group s where s.outcome = 'pending' and s.access_group_id is not null)
    or g.id in (select s.access_group_id from ${UNREAD_ROWS} where s.access_group_id is not null))`,
  conflict: sourced(IN_CONFLICT),
};

/** The facts of group `g` as a JSON object. */
export const FACTS_OF_GROUP: RawBuilder<GroupFacts> = sql`json_build_object(${sql.join(
  Object.entries(FACTS).map(([name, fact]) => sql`${sql.lit(name)}, ${fact}`),
)})`;

/** The state of group `g`. For sums; lists load the facts. */
export const STATE_OF_GROUP: RawBuilder<GroupState> = sql`case ${sql.join(
  GROUP_STATES.map(state => sql`when ${factOf(state)} then ${sql.lit(state)}`),
  sql` `,
)} end`;

/** Whether group `g` is in the state. The conditions of rare states come first, so that their indexes find the groups. */
export function inState(state: GroupState): RawBuilder<unknown> {
  const before = GROUP_STATES.slice(0, GROUP_STATES.indexOf(state));
  return sql`(${factOf(state)} ${sql.join(
    before.map(other => sql`and not ${factOf(other)}`),
    sql` `,
  )})`;
}

function factOf(state: GroupState): RawBuilder<boolean> {
  return state === 'in_sync' ? sql`true` : FACTS[state];
}

function sourced(condition: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`exists (select from directory_group d where d.access_group_id = g.id and ${condition})`;
}
