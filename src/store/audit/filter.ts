import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { AuditFilter } from '../../model/audit.ts';
import { queryOne } from '../database/sql.ts';

/** A filter whose names have been looked up. */
export interface AuditConditions {
  readonly userId: number | undefined;
  readonly groupId: number | undefined;
  readonly names: AuditFilter;
}

/** Looks up whom the names stand for now. */
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

/** Conditions on membership_change, to follow `where`. */
export function ofMembers({ userId, ...where }: AuditConditions): RawBuilder<unknown> {
  const { user } = where.names;
  const whom = userId === undefined ? sql`username = ${user}` : sql`user_id = ${userId}`;
  return all([user === undefined ? undefined : whom, ...ofBoth(where)]);
}

/** Conditions on access_group_change, to follow `where`: what becomes of groups concerns no single user. */
export function ofGroups({ userId: _user, ...where }: AuditConditions): RawBuilder<unknown> {
  return all([where.names.user === undefined ? undefined : sql`false`, ...ofBoth(where)]);
}

function ofBoth({ groupId, names }: Omit<AuditConditions, 'userId'>): (RawBuilder<unknown> | undefined)[] {
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
