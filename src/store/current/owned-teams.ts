/** Loads the teams whose only owners come from managed groups, for the protection of the last owner. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { CurrentState, ManagedGroup } from '../../model/current.ts';
import { intArray, query } from '../database/sql.ts';

type Owned = Pick<CurrentState, 'ownedTeams' | 'inactive'>;

const NOTHING_OWNED: Owned = { ownedTeams: [] };

/**
 * Loads the teams that have an owner through these groups only, and which of their members and of `others` are
 * inactive. It runs no query if no group has owner level, and one if all teams have other owners.
 * plan/people/last-owner.ts defines who is an owner.
 * @param others ids of the users who may be added to the groups
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
        )::integer[] as suspended
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

/** One query for all teams, limited to the relevant users, because an application may have many inactive accounts. */
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
