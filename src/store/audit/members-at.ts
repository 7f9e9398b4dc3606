import { sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import type { AuditFilter, MemberAt } from '../../model/audit.ts';
import type { Database } from '../database/database.ts';
import { query } from '../database/sql.ts';
import { resolveNames } from './filter.ts';

type Whose = { readonly group: number; readonly user?: number } | { readonly user: number };

/**
 * Who was in an AccessGroup at an instant, or in which AccessGroups somebody was, by team, group and username: the audit
 * replayed up to and including it. Needs neither runs nor people nor groups to exist still. For instants that are older
 * than `retention.audit` it may know too little.
 */
export async function membersAt(db: Database, { at, ...whose }: Whose & { readonly at: Date }) {
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

/** As membersAt, by names of now. Throws RefusedError `unknown_group` or `unknown_user` for one that nobody bears. */
export async function namedMembersAt(db: Database, names: AuditFilter, at: Date): Promise<MemberAt[]> {
  const { groupId: group, userId: user } = await resolveNames(db.orm.em.fork(), names);
  if (names.user !== undefined && user === undefined)
    throw new RefusedError('unknown_user', `there is no user "${names.user}"`);
  if (names.group !== undefined && group === undefined)
    throw new RefusedError('unknown_group', `there is no AccessGroup ${names.team}/${names.group}`);
  if (group !== undefined) return membersAt(db, { group, ...(user !== undefined && { user }), at });
  if (user !== undefined) return membersAt(db, { user, at });
  throw new RefusedError('unknown_group', 'say of which group or of which user');
}

type MemberAtRow = Omit<MemberAt, 'since' | 'runId' | 'actor'> & {
  readonly since: number;
  readonly runId: number | null;
  readonly actor: string | null;
};

function memberOf({ since, runId, actor, ...row }: MemberAtRow): MemberAt {
  return { ...row, since: new Date(since), runId: runId ?? undefined, actor: actor ?? undefined };
}
