/** Adds and removes members of manual groups on behalf of users. */
import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import { query } from '../database/sql.ts';
import { AccessGroupMember } from '../entities/access.ts';
import { actAs } from './act-as.ts';
import { findUser, shareManualGroup } from './lookups.ts';

/**
 * Adds a user to a manual group. Does nothing if the user is already a member. Throws RefusedError: unknown_group,
 * unknown_user, managed_members.
 */
export async function addMember(db: Database, id: number, username: string, actor: string): Promise<void> {
  await actAs(db, actor, async em => {
    await shareManualGroup(em, id);
    const user = await findUser(em, username);
    // One statement, because another transaction may add the same member concurrently.
    await query(
      em,
      sql`
        insert into access_group_members (access_group_id, user_id)
        select ${id}, ${user}
        where not exists (select from access_group_members where access_group_id = ${id} and user_id = ${user})
        on conflict do nothing`,
    );
  });
}

/** Removes a user from a manual group. Does nothing if the user is not a member. Throws as addMember does. */
export async function removeMember(db: Database, id: number, username: string, actor: string): Promise<void> {
  await actAs(db, actor, async em => {
    await shareManualGroup(em, id);
    const user = await findUser(em, username);
    await em.nativeDelete(AccessGroupMember, { accessGroup: id, user });
  });
}
