import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import { queryOne } from '../sql.ts';
import { forgetMarker } from '../state.ts';

/** An AccessGroup as those see it who look after it by hand. */
export interface GroupRecord {
  readonly id: number;
  /** Slug. */
  readonly team: string;
  readonly name: string;
  readonly type: number;
  readonly managed: boolean;
  /** Which directory owns it; null where none does. */
  readonly directory: string | null;
}

/**
 * A group, locked: for `change` against everybody who changes it, for `members` against adoption and release only.
 * Throws RefusedError where there is none.
 */
export async function lockGroup(
  em: EntityManager,
  id: number,
  purpose: 'change' | 'members',
): Promise<GroupRecord> {
  const strength = purpose === 'change' ? sql`for update of g` : sql`for key share of g`;
  const found = await queryOne(
    em,
    sql<GroupRecord>`
      select g.id, t.slug as team, g.name, g.type, g.managed,
        (select min(d.directory) from directory_group d where d.access_group_id = g.id) as directory
      from access_group g
      join team t on t.id = g.team_id
      where g.id = ${id}
      ${strength}`,
  );
  if (found === undefined) throw new RefusedError('unknown_group', `there is no AccessGroup ${id}`);
  return found;
}

/** As lockGroup for its members, which the caller is going to change. Throws RefusedError where a directory does that. */
export async function lockManualMembers(em: EntityManager, id: number): Promise<void> {
  const { name, managed, directory } = await lockGroup(em, id, 'members');
  if (!managed) return;
  throw new RefusedError(
    'managed_members',
    `the members of "${name}" are maintained by directory sync (directory "${directory}"): ` +
      'change them in the directory, or release the group',
  );
}

/** A person has changed what the mapping of a managed group may enforce: its directories are read again. */
export async function forgetOwners(em: EntityManager, id: number): Promise<void> {
  await forgetMarker(em, sql`select directory from directory_group where access_group_id = ${id}`);
}

/** Throws RefusedError where there is no such user. */
export async function findUser(em: EntityManager, username: string): Promise<number> {
  const found = await queryOne(
    em,
    sql<{ id: number }>`select id from auth_user where username = ${username}`,
  );
  if (found === undefined) throw new RefusedError('unknown_user', `there is no user "${username}"`);
  return found.id;
}
