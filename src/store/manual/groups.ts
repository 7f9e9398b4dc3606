import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import type { AccessType } from '../../settings.ts';
import type { Database } from '../database.ts';
import { query, queryOne } from '../sql.ts';
import { forgetMarker } from '../state.ts';
import { forgetOwners, type GroupRecord, lockGroup } from './find.ts';
import { actAs } from './refusal.ts';

/** As wide as the column. PostgreSQL counts code points, not UTF-16 units. */
const NAME_LIMIT = 64;

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
    await requireFree(em, team, name);
    const made = await queryOne(
      em,
      sql<GroupRecord>`
        insert into access_group (team_id, name, type)
        select id, ${name}, ${type} from team where slug = ${team}
        returning id, ${team} as team, name, type, managed, null as directory`,
    );
    if (made === undefined) throw new RefusedError('unknown_team', `there is no team "${team}"`);
    return made;
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
    const group = await lockGroup(em, id, 'change');
    requireSeen(group, edit.seen);
    const changed = { ...group, name: edit.name ?? group.name, type: edit.type ?? group.type };
    if (changed.name !== group.name) await requireRenamable(em, group, changed.name);
    await query(
      em,
      sql`
        update access_group set name = ${changed.name}, type = ${changed.type}
        where id = ${id} and (name <> ${changed.name} or type <> ${changed.type})`,
    );
    if (changed.name !== group.name) await forgetConflicts(em);
    if (changed.type !== group.type) await forgetOwners(em, id);
    return changed;
  });
}

/**
 * Deletes a manual group with all that belongs to it. Throws RefusedError: unknown_group, managed_group, and where it is
 * not as it was `seen`, precondition_failed.
 */
export async function deleteGroup(db: Database, id: number, actor: string, seen?: Seen): Promise<void> {
  await actAs(db, actor, async em => {
    const group = await lockGroup(em, id, 'change');
    requireSeen(group, seen);
    const { name, managed, directory } = group;
    if (managed) {
      throw new RefusedError(
        'managed_group',
        `"${name}" belongs to directory "${directory}": remove it there, or release the group first`,
      );
    }
    await query(em, sql`delete from access_group where id = ${id}`);
    await forgetConflicts(em);
  });
}

/** A name has become free that a directory may be waiting for. */
async function forgetConflicts(em: EntityManager): Promise<void> {
  await forgetMarker(em, sql`select directory from directory_group where state = 'conflict'`);
}

function requireSeen({ name, type, managed }: GroupRecord, seen: Seen | undefined): void {
  if (seen === undefined || (seen.name === name && seen.type === type && seen.managed === managed)) return;
  throw new RefusedError('precondition_failed', `"${name}" has changed since you looked at it: look again`);
}

function requireName(name: string): void {
  const length = Array.from(name).length;
  if (length >= 1 && length <= NAME_LIMIT) return;
  throw new RefusedError('name_invalid', `a group's name has 1 to ${NAME_LIMIT} characters, not ${length}`);
}

async function requireRenamable(em: EntityManager, group: GroupRecord, wanted: string) {
  const { team, name, managed, directory } = group;
  if (managed) {
    throw new RefusedError(
      'managed_name',
      `the name of "${name}" is that of directory "${directory}": ` +
        'rename it there, give the mapping another name, or release the group',
    );
  }
  await requireFree(em, team, wanted);
}

/** For a message that says who has the name (case A11); the constraint is what nobody gets past. */
async function requireFree(em: EntityManager, team: string, name: string): Promise<void> {
  const bearer = await queryOne(
    em,
    sql<{ managed: boolean; directory: string | null }>`
      select g.managed, (select min(d.directory) from directory_group d where d.access_group_id = g.id) as directory
      from access_group g
      join team t on t.id = g.team_id
      where t.slug = ${team} and g.name = ${name}`,
  );
  if (bearer === undefined) return;
  const whose = bearer.managed ? ` managed by directory "${bearer.directory}"` : '';
  throw new RefusedError('name_taken', `team "${team}" already has a group "${name}"${whose}`);
}
