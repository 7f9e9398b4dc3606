/** Loads what is known about one user. */
import { sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import type { UserSummary } from '../../model/access.ts';
import type { HeldRemoval, PersonDetail, PersonEntry } from '../../model/operations/person.ts';
import type { Database } from '../database/database.ts';
import { query, queryOne } from '../database/sql.ts';
import { digestOf } from '../runs/waiting.ts';
import { HELD_ROWS } from './group-facts.ts';

/** The user with the linked entries and the removals that wait. Throws RefusedError if the user does not exist. */
export async function getPerson(db: Database, username: string): Promise<PersonDetail> {
  const em = db.orm.em.fork();
  const row = await queryOne(
    em,
    sql<UserSummary & { readonly id: number }>`
      select id, username, full_name as "fullName", email, is_active as "isActive", is_superuser as "isSuperuser"
      from auth_user where username = ${username}`,
  );
  if (row === undefined) throw new RefusedError('unknown_user', `there is no user "${username}"`);
  const { id, ...user } = row;
  const entries = await query(
    em,
    sql<PersonEntry>`
      select directory, dn, username, matched_by as "matchedBy"
      from directory_user where user_id = ${id} order by directory`,
  );
  const held = await query(
    em,
    sql<HeldRemoval>`
      select g.id as "groupId", t.slug as team, g.name as "group", max(${digestOf(sql`h`)}) as plan
      from ${HELD_ROWS}
      join access_group g on g.id = s.access_group_id
      join team t on t.id = g.team_id
      where ${id} = any(s.held)
      group by g.id, t.slug, g.name
      order by t.slug, g.name`,
  );
  return { ...user, entries, held };
}
