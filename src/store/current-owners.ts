import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { ManagedGroup, OwnedTeam } from '../model.ts';
import { intArray, query } from './sql.ts';

/**
 * The teams that have an owner through these groups only. Costs nothing where no group has the level of an owner, and
 * little where somebody is a team's owner besides. Who is one: plan/owners.ts.
 */
export async function loadOwnedTeams(
  em: EntityManager,
  managed: readonly ManagedGroup[],
): Promise<readonly OwnedTeam[]> {
  const owners = managed.filter(group => group.type === 0);
  if (owners.length === 0) return [];
  const ours = sql`${intArray(managed.map(group => group.id))}::integer[]`;
  const rows = await query(
    em,
    sql<{ teamId: number; ineligible: readonly number[] }>`
      select t.id as "teamId", array(
          select id from auth_user where not is_active
          union
          select user_id from team_member where team_id = t.id and not is_active
          order by 1
        ) as ineligible
      from team t
      where t.id = any(${intArray(owners.map(group => group.teamId))}::integer[])
        and not exists (
          select from team_member m
          join auth_user u on u.id = m.user_id and u.is_active
          where m.team_id = t.id and m.type = 0 and m.is_active
        )
        and not exists (
          select from access_group g
          join access_group_members m on m.access_group_id = g.id
          join auth_user u on u.id = m.user_id and u.is_active
          where g.team_id = t.id and g.type = 0 and g.id <> all(${ours})
            and not exists (
              select from team_member s where s.team_id = t.id and s.user_id = m.user_id and not s.is_active
            )
        )
      order by t.id`,
  );
  return rows.map(({ teamId, ineligible }) => ({ teamId, ineligible: Int32Array.from(ineligible) }));
}
