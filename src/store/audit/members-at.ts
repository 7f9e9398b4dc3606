import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { query } from '../sql.ts';

/** The change by which somebody had come into a group. */
interface Joined {
  readonly since: Date;
  readonly runId: number | undefined;
  readonly actor: string | undefined;
  readonly reason: string;
}

/** Somebody who was in a group at an instant, by the name of the time when they came into it. */
export interface MemberAt extends Joined {
  readonly userId: number;
  readonly username: string;
}

/** A group that somebody was in at an instant, by the names of the time when they came into it. */
export interface GroupAt extends Joined {
  readonly groupId: number;
  readonly group: string;
  readonly team: string;
}

/**
 * Who was in an AccessGroup at an instant, by user name: the audit replayed up to and including it. Needs neither runs
 * nor people nor the group to exist still. For instants that are older than `retention.audit` it may know too little.
 */
export async function membersAt(
  db: Database,
  { group, at }: { readonly group: number; readonly at: Date },
): Promise<MemberAt[]> {
  const rows = await query(
    db.orm.em.fork(),
    sql<JoinedRow & { userId: number; username: string }>`
      select "userId", username, since, "runId", actor, reason from (
        select distinct on (user_id) action, user_id as "userId", username, actor, reason,
          extract(epoch from at)::float8 * 1000 as since, run_id::float8 as "runId"
        from membership_change
        where access_group_id = ${group} and at <= ${at.toISOString()}::timestamptz
        order by user_id, id desc
      ) as newest
      where action = 'add'
      order by username, "userId"`,
  );
  return rows.map(joined);
}

/** The AccessGroups that a user was in at an instant, by team and name; otherwise as membersAt. */
export async function groupsAt(
  db: Database,
  { user, at }: { readonly user: number; readonly at: Date },
): Promise<GroupAt[]> {
  const rows = await query(
    db.orm.em.fork(),
    sql<JoinedRow & { groupId: number; group: string; team: string }>`
      select "groupId", "group", team, since, "runId", actor, reason from (
        select distinct on (access_group_id) action, access_group_id as "groupId", group_name as "group",
          team_slug as team, actor, reason, extract(epoch from at)::float8 * 1000 as since, run_id::float8 as "runId"
        from membership_change
        where user_id = ${user} and at <= ${at.toISOString()}::timestamptz
        order by access_group_id, id desc
      ) as newest
      where action = 'add'
      order by team, "group", "groupId"`,
  );
  return rows.map(joined);
}

interface JoinedRow {
  readonly since: number;
  readonly runId: number | null;
  readonly actor: string | null;
  readonly reason: string;
}

function joined<Row extends JoinedRow>(row: Row) {
  const { since, runId, actor } = row;
  return { ...row, since: new Date(since), runId: runId ?? undefined, actor: actor ?? undefined };
}
