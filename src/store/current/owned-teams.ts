import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { CurrentState, ManagedGroup } from '../../model/current.ts';
import { intArray, query } from '../database/sql.ts';

type Owned = Pick<CurrentState, 'ownedTeams' | 'inactive'>;

const NOTHING_OWNED: Owned = { ownedTeams: [] };

/**
 * The teams that have an owner through these groups only, and who of their members, and of `others`, is inactive. Costs
 * nothing where no group has the level of an owner, and little where somebody is a team's owner besides. Who is one:
 * plan/people/last-owner.ts.
 * @param others ids of the users who may get into the groups
 */
export async function loadOwnedTeams(
  em: EntityManager,
  managed: readonly ManagedGroup[],
  others: () => readonly number[],
): Promise<Owned> {
  const owners = managed.filter(group => group.type === 0);
  if (owners.length === 0) return NOTHING_OWNED;
  const teams = await ownedTeams(em, managed, owners);
  if (teams.length === 0) return NOTHING_OWNED;
  const owned = new Set(teams.map(team => team.teamId));
  const groups = managed.filter(group => owned.has(group.teamId));
  return { ownedTeams: teams, inactive: await inactiveAmong(em, groups, others()) };
}

async function ownedTeams(
  em: EntityManager,
  managed: readonly ManagedGroup[],
  owners: readonly ManagedGroup[],
) {
  const ours = sql`${intArray(managed.map(group => group.id))}::integer[]`;
  const rows = await query(
    em,
    sql<{ teamId: number; suspended: readonly number[] }>`
      select t.id as "teamId", array(
          select user_id from team_member where team_id = t.id and not is_active order by 1
        ) as suspended
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
  return rows.map(({ teamId, suspended }) => ({ teamId, ineligible: Int32Array.from(suspended) }));
}

/** Asked once for all teams, and of the people in play only: an application may hold many inactive accounts. */
async function inactiveAmong(
  em: EntityManager,
  groups: readonly ManagedGroup[],
  others: readonly number[],
): Promise<Int32Array> {
  const rows = await query(
    em,
    sql<{ id: number }>`
      select id from auth_user
      where not is_active and (
        id in (
          select user_id from access_group_members
          where access_group_id = any(${intArray(groups.map(group => group.id))}::integer[])
        )
        or id in (select unnest(${intArray(others)}::integer[]))
      )
      order by id`,
  );
  return Int32Array.from(rows, row => row.id);
}
