/** Creates, changes and deletes AccessGroups on behalf of users. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import type { AccessType } from '../../model/settings.ts';
import { forgetMarker } from '../current/directory-state.ts';
import type { Database } from '../database/database.ts';
import { AccessGroup, Team } from '../entities/access.ts';
import { actAs } from './act-as.ts';
import { forgetOwners, lockGroup, ownerOf } from './lookups.ts';

/** The width of the column. PostgreSQL counts code points, not UTF-16 units. */
const NAME_LIMIT = 64;

/** An AccessGroup as its editors see it. */
interface GroupRecord {
  readonly id: number;
  /** The team's slug. */
  readonly team: string;
  readonly name: string;
  readonly type: number;
  readonly managed: boolean;
  /** The directory that owns it; null for a manual group. */
  readonly directory: string | null;
}

export interface NewGroup {
  /** The team's slug. */
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
  /** The state of the group that the user based the change on. */
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
 * Changes the name, the type or both. Only the type of a managed group can change, because the directory owns its name.
 * Throws RefusedError: unknown_group, precondition_failed, managed_name, name_taken, name_invalid.
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
    requireUnchanged(group, edit.seen);
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
 * Deletes a manual group with its members and project assignments. Throws RefusedError: unknown_group, managed_group,
 * and precondition_failed if the group differs from `seen`.
 */
export async function deleteGroup(db: Database, id: number, actor: string, seen?: Seen): Promise<void> {
  await actAs(db, actor, async em => {
    const group = await lockGroup(em, id);
    requireUnchanged(group, seen);
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

/** Resets the markers of directories with conflicts, because one of them may be waiting for the released name. */
async function forgetConflicts(em: EntityManager): Promise<void> {
  await forgetMarker(em, sql`select directory from directory_group where state = 'conflict'`);
}

function requireUnchanged({ name, type, managed }: Seen, seen: Seen | undefined): void {
  if (seen === undefined || (seen.name === name && seen.type === type && seen.managed === managed)) return;
  throw new RefusedError('precondition_failed', `"${name}" has changed since you loaded it: load it again`);
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
      `directory "${await ownerOf(em, id)}" owns the name of "${name}": ` +
        'rename it there, give the mapping another name, or release the group',
    );
  }
  await requireFree(em, team.slug, wanted);
}

/** Only for a message that names the current owner (case A11). The unique constraint is the actual guarantee. */
async function requireFree(em: EntityManager, team: string, name: string): Promise<void> {
  const holder = await em.findOne(AccessGroup, { team: { slug: team }, name });
  if (holder === null) return;
  const whose = holder.managed ? ` managed by directory "${await ownerOf(em, holder.id)}"` : '';
  throw new RefusedError('name_taken', `team "${team}" already has a group "${name}"${whose}`);
}
