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
 * A group with its team, which no other transaction changes until this one ends. Throws RefusedError where there is
 * none.
 */
export async function lockGroup(em: EntityManager, id: number): Promise<Group> {
  const group = await em.findOne(AccessGroup, id, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (group === null) throw new RefusedError('unknown_group', `there is no AccessGroup ${id}`);
  // In a statement of its own, because a lock of joined tables would lock the team as well.
  return em.populate(group, ['team']);
}

/**
 * As lockGroup, against adoption, release and deletion only: others may change its members and projects meanwhile.
 * A statement of SQL, because MikroORM knows no lock as weak as that.
 */
export async function shareGroup(em: EntityManager, id: number): Promise<Group> {
  await query(em, sql`select from access_group where id = ${id} for key share`);
  const group = await em.findOne(AccessGroup, id, { populate: ['team'] });
  if (group === null) throw new RefusedError('unknown_group', `there is no AccessGroup ${id}`);
  return group;
}

/** As shareGroup, to change its members. Throws RefusedError where a directory does that. */
export async function shareManualGroup(em: EntityManager, id: number): Promise<void> {
  const { name, managed } = await shareGroup(em, id);
  if (!managed) return;
  throw new RefusedError(
    'managed_members',
    `the members of "${name}" are maintained by directory sync (directory "${await ownerOf(em, id)}"): ` +
      'change them in the directory, or release the group',
  );
}

/** The directory that owns a group; null where none does. */
export async function ownerOf(em: EntityManager, group: number): Promise<string | null> {
  const link = await em.findOne(DirectoryGroup, { accessGroup: group }, { orderBy: { directory: 'asc' } });
  return link?.directory ?? null;
}

/** A person has changed what the mapping of a managed group may enforce: its directories are read again. */
export async function forgetOwners(em: EntityManager, id: number): Promise<void> {
  await forgetMarker(em, sql`select directory from directory_group where access_group_id = ${id}`);
}

/** The id of a user. Throws RefusedError where there is no such user. */
export async function findUser(em: EntityManager, username: string): Promise<number> {
  const found = await em.findOne(AuthUser, { username });
  if (found === null) throw new RefusedError('unknown_user', `there is no user "${username}"`);
  return found.id;
}
