import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import type { AccessType } from '../../model/settings.ts';
import { forgetMarker } from '../current/directory-state.ts';
import type { Database } from '../database/database.ts';
import { AccessGroup, Team } from '../entities/access.ts';
import { actAs } from './act-as.ts';
import { forgetOwners, lockGroup, ownerOf } from './lookups.ts';

/** As wide as the column. PostgreSQL counts code points, not UTF-16 units. */
const NAME_LIMIT = 64;

/** An AccessGroup as those see it who look after it by hand. */
interface GroupRecord {
  readonly id: number;
  /** Slug. */
  readonly team: string;
  readonly name: string;
  readonly type: number;
  readonly managed: boolean;
  /** Which directory owns it; null where none does. */
  readonly directory: string | null;
}

export interface NewGroup {
  /** Slug. */
  readonly team: string;
  /** Normalised. */
  readonly name: string;
  readonly type: AccessType;
  readonly actor: string;
}

export interface GroupEdit {
  /** Normalised. */
  readonly name?: string | undefined;
  readonly type?: AccessType | undefined;
  /** The group as whoever wants the change has looked at it. */
  readonly seen?: Seen | undefined;
}

type Seen = Pick<GroupRecord, 'name' | 'type' | 'managed'>;

/** Creates a manual group. Throws RefusedError: unknown_team, name_taken, name_invalid. */
export async function createGroup(db: Database, { team, name, type, actor }: NewGroup): Promise<GroupRecord> {
  requireName(name);
  return actAs(db, actor, async em => {
    const owner = await em.findOne(Team, { slug: team });
    if (owner === null) throw new RefusedError('unknown_team', `there is no team "${team}"`);
    await requireFree(em, team, name);
    const group = em.create(AccessGroup, { team: owner, name, type });
    await em.flush();
    return { id: group.id, team, name, type, managed: group.managed, directory: null };
  });
}

/**
 * Changes a group's name, type or both. Of a managed group only the type, because its name is the directory's. Throws
 * RefusedError: unknown_group, precondition_failed, managed_name, name_taken, name_invalid.
 */
export async function changeGroup(
  db: Database,
  id: number,
  edit: GroupEdit,
  actor: string,
): Promise<GroupRecord> {
  if (edit.name !== undefined) requireName(edit.name);
  return actAs(db, actor, async em => {
    const group = await lockGroup(em, id);
    requireSeen(group, edit.seen);
    const { name = group.name, type = group.type } = edit;
    const [renamed, retyped] = [name !== group.name, type !== group.type];
    if (renamed) await requireRenamable(em, group, name);
    em.assign(group, { name, type });
    await em.flush();
    if (renamed) await forgetConflicts(em);
    if (retyped) await forgetOwners(em, id);
    return {
      id,
      team: group.team.slug,
      name,
      type,
      managed: group.managed,
      directory: await ownerOf(em, id),
    };
  });
}

/**
 * Deletes a manual group with all that belongs to it. Throws RefusedError: unknown_group, managed_group, and where it is
 * not as it was `seen`, precondition_failed.
 */
export async function deleteGroup(db: Database, id: number, actor: string, seen?: Seen): Promise<void> {
  await actAs(db, actor, async em => {
    const group = await lockGroup(em, id);
    requireSeen(group, seen);
    const { name, managed } = group;
    if (managed) {
      throw new RefusedError(
        'managed_group',
        `"${name}" belongs to directory "${await ownerOf(em, id)}": remove it there, or release the group first`,
      );
    }
    await em.remove(group).flush();
    await forgetConflicts(em);
  });
}

/** A name has become free that a directory may be waiting for. */
async function forgetConflicts(em: EntityManager): Promise<void> {
  await forgetMarker(em, sql`select directory from directory_group where state = 'conflict'`);
}

function requireSeen({ name, type, managed }: Seen, seen: Seen | undefined): void {
  if (seen === undefined || (seen.name === name && seen.type === type && seen.managed === managed)) return;
  throw new RefusedError('precondition_failed', `"${name}" has changed since you looked at it: look again`);
}

function requireName(name: string): void {
  const length = Array.from(name).length;
  if (length >= 1 && length <= NAME_LIMIT) return;
  throw new RefusedError('name_invalid', `a group's name has 1 to ${NAME_LIMIT} characters, not ${length}`);
}

async function requireRenamable(
  em: EntityManager,
  group: Awaited<ReturnType<typeof lockGroup>>,
  wanted: string,
) {
  const { id, team, name, managed } = group;
  if (managed) {
    throw new RefusedError(
      'managed_name',
      `the name of "${name}" is that of directory "${await ownerOf(em, id)}": ` +
        'rename it there, give the mapping another name, or release the group',
    );
  }
  await requireFree(em, team.slug, wanted);
}

/** For a message that says who has the name (case A11); the constraint is what nobody gets past. */
async function requireFree(em: EntityManager, team: string, name: string): Promise<void> {
  const bearer = await em.findOne(AccessGroup, { team: { slug: team }, name });
  if (bearer === null) return;
  const whose = bearer.managed ? ` managed by directory "${await ownerOf(em, bearer.id)}"` : '';
  throw new RefusedError('name_taken', `team "${team}" already has a group "${name}"${whose}`);
}
