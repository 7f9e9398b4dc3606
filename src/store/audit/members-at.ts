/** Answers who was a member at an earlier time, from the audit. */
import { sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import type { AuditFilter, MemberAt } from '../../model/audit.ts';
import type { Database } from '../database/database.ts';
import { query } from '../database/sql.ts';
import { resolveNames } from './filter.ts';

type GroupOrUser = { readonly group: number; readonly user?: number } | { readonly user: number };

/**
 * The members of an AccessGroup, or the AccessGroups of a user, at a point in time, by team, group and username. It
 * replays the audit up to and including that time. Runs, users and groups may have been deleted since. The result can
 * be incomplete for a time older than `retention.audit`.
 */
export async function membersAt(db: Database, { at, ...whose }: GroupOrUser & { readonly at: Date }) {
  const group = 'group' in whose ? sql`and access_group_id = ${whose.group}` : sql``;
  const user = whose.user === undefined ? sql`` : sql`and user_id = ${whose.user}`;
  const rows = await query(
    db.orm.em.fork(),
    sql<MemberAtRow>`
      select team, "group", username, since, "runId", actor, reason from (
        select distinct on (access_group_id, user_id) action, group_name as "group", team_slug as team, username,
          actor, reason, extract(epoch from at)::float8 * 1000 as since, run_id::float8 as "runId"
        from membership_change
        where at <= ${at.toISOString()}::timestamptz ${group} ${user}
        order by access_group_id, user_id, id desc
      ) as newest
      where action = 'add'
      order by team, "group", username`,
  );
  return rows.map(memberOf);
}

/** As membersAt, by current names. Throws RefusedError `unknown_group` or `unknown_user` if a name does not exist. */
export async function namedMembersAt(db: Database, names: AuditFilter, at: Date): Promise<MemberAt[]> {
  const { groupId: group, userId: user } = await resolveNames(db.orm.em.fork(), names);
  if (names.user !== undefined && user === undefined)
    throw new RefusedError('unknown_user', `there is no user "${names.user}"`);
  if (names.group !== undefined && group === undefined)
    throw new RefusedError('unknown_group', `there is no AccessGroup ${names.team}/${names.group}`);
  if (group !== undefined) return membersAt(db, { group, ...(user !== undefined && { user }), at });
  if (user !== undefined) return membersAt(db, { user, at });
  throw new RefusedError('unknown_group', 'name a group or a user');
}

type MemberAtRow = Omit<MemberAt, 'since' | 'runId' | 'actor'> & {
  readonly since: number;
  readonly runId: number | null;
  readonly actor: string | null;
};

function memberOf({ since, runId, actor, ...row }: MemberAtRow): MemberAt {
  return { ...row, since: new Date(since), runId: runId ?? undefined, actor: actor ?? undefined };
}
