/** Turns an audit filter into SQL conditions for both audit tables. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { AuditFilter } from '../../model/audit.ts';
import { queryOne } from '../database/sql.ts';

/** A filter with the ids of its names. */
export interface AuditConditions {
  readonly userId: number | undefined;
  readonly groupId: number | undefined;
  readonly names: AuditFilter;
}

/** Looks up the ids that the names have now. */
export async function resolveNames(em: EntityManager, names: AuditFilter): Promise<AuditConditions> {
  const { user = null, team = null, group = null } = names;
  const found = await queryOne(
    em,
    sql<{ userId: number | null; groupId: number | null }>`
      select (select id from auth_user where username = ${user}) as "userId", (
        select g.id from access_group g join team t on t.id = g.team_id where t.slug = ${team} and g.name = ${group}
      ) as "groupId"`,
  );
  return { names, userId: found?.userId ?? undefined, groupId: found?.groupId ?? undefined };
}

/** The role that wrote an audit row, if it is neither the actor nor Rollcall's own. */
export const OTHER_ROLE = sql<string | null>`nullif(nullif(database_role, actor), session_user::text)`;

/** Conditions on membership_change, for use after `where`. */
export function memberConditions({ userId, ...where }: AuditConditions): RawBuilder<unknown> {
  const { user } = where.names;
  const whom = userId === undefined ? sql`username = ${user}` : sql`user_id = ${userId}`;
  return all([user === undefined ? undefined : whom, ...commonConditions(where)]);
}

/**
 * Conditions on access_group_change, for use after `where`. A change of a group concerns no single user, so a filter by
 * user matches none.
 */
export function groupConditions({ userId: _user, ...where }: AuditConditions): RawBuilder<unknown> {
  return all([where.names.user === undefined ? undefined : sql`false`, ...commonConditions(where)]);
}

function commonConditions({
  groupId,
  names,
}: Omit<AuditConditions, 'userId'>): (RawBuilder<unknown> | undefined)[] {
  const { team, group, run, since, until } = names;
  const named = [
    team === undefined ? undefined : sql`team_slug = ${team}`,
    group === undefined ? undefined : sql`group_name = ${group}`,
  ];
  return [
    ...(groupId === undefined ? named : [sql`access_group_id = ${groupId}`]),
    run === undefined ? undefined : sql`run_id = ${run}`,
    since && sql`at >= ${since.toISOString()}::timestamptz`,
    until && sql`at < ${until.toISOString()}::timestamptz`,
  ];
}

function all(conditions: readonly (RawBuilder<unknown> | undefined)[]): RawBuilder<unknown> {
  const given = conditions.filter(condition => condition !== undefined);
  return given.length === 0 ? sql`true` : sql.join(given, sql` and `);
}
