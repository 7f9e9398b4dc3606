/** Finds and locks the rows that a user's change needs. */
import type { InferEntity, Loaded } from '@mikro-orm/core';
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import { forgetMarker } from '../current/directory-state.ts';
import { query } from '../database/sql.ts';
import { AccessGroup, AuthUser } from '../entities/access.ts';
import { DirectoryGroup } from '../entities/links.ts';

type Group = Loaded<InferEntity<typeof AccessGroup>, 'team'>;

/**
 * Locks a group against changes by other transactions and returns it with its team. Throws RefusedError if it does not
 * exist.
 */
export async function lockGroup(em: EntityManager, id: number): Promise<Group> {
  const group = await em.findOne(AccessGroup, id, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (group === null) throw new RefusedError('unknown_group', `there is no AccessGroup ${id}`);
  // The team is loaded by a separate statement, because a lock on a join would also lock the team.
  return em.populate(group, ['team']);
}

/**
 * As lockGroup, but only against adoption, release and deletion; other transactions may still change members and
 * projects. It is an SQL statement because MikroORM does not support this weak lock mode.
 */
export async function shareGroup(em: EntityManager, id: number): Promise<Group> {
  await query(em, sql`select from access_group where id = ${id} for key share`);
  const group = await em.findOne(AccessGroup, id, { populate: ['team'] });
  if (group === null) throw new RefusedError('unknown_group', `there is no AccessGroup ${id}`);
  return group;
}

/** As shareGroup, before a change of its members. Throws RefusedError if a directory owns them. */
export async function shareManualGroup(em: EntityManager, id: number): Promise<void> {
  const { name, managed } = await shareGroup(em, id);
  if (!managed) return;
  throw new RefusedError(
    'managed_members',
    `the members of "${name}" are maintained by directory sync (directory "${await ownerOf(em, id)}"): ` +
      'change them in the directory, or release the group',
  );
}

/** The directory that owns a group; null for a manual group. */
export async function ownerOf(em: EntityManager, group: number): Promise<string | null> {
  const link = await em.findOne(DirectoryGroup, { accessGroup: group }, { orderBy: { directory: 'asc' } });
  return link?.directory ?? null;
}

/** Resets the markers of the group's directories, because a user changed something that the mapping may enforce. */
export async function forgetOwners(em: EntityManager, id: number): Promise<void> {
  await forgetMarker(em, sql`select directory from directory_group where access_group_id = ${id}`);
}

/** The id of a user. Throws RefusedError if the user does not exist. */
export async function findUser(em: EntityManager, username: string): Promise<number> {
  const found = await em.findOne(AuthUser, { username });
  if (found === null) throw new RefusedError('unknown_user', `there is no user "${username}"`);
  return found.id;
}
