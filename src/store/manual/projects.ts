import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import type { Database } from '../database.ts';
import { query, queryOne } from '../sql.ts';
import { forgetOwners, lockGroup } from './find.ts';
import { actAs } from './refusal.ts';

/**
 * Gives the members of a group, manual or managed, access to a project of its team; again changes nothing. Throws
 * RefusedError: unknown_group, unknown_project (also for projects of other teams).
 */
export async function assignProject(db: Database, id: number, slug: string, actor: string): Promise<void> {
  await actAs(db, actor, async em => {
    const project = await findProject(em, id, slug);
    await query(
      em,
      sql`
        insert into access_group_projects (access_group_id, project_id)
        select ${id}, ${project}
        where not exists (
          select from access_group_projects where access_group_id = ${id} and project_id = ${project}
        )
        on conflict do nothing`,
    );
    await forgetOwners(em, id);
  });
}

/** Takes a project from a group; does nothing where it has not got it. Throws as assignProject does. */
export async function unassignProject(db: Database, id: number, slug: string, actor: string): Promise<void> {
  await actAs(db, actor, async em => {
    const project = await findProject(em, id, slug);
    await query(
      em,
      sql`delete from access_group_projects where access_group_id = ${id} and project_id = ${project}`,
    );
    await forgetOwners(em, id);
  });
}

async function findProject(em: EntityManager, id: number, slug: string): Promise<number> {
  const { team } = await lockGroup(em, id, 'members');
  const found = await queryOne(
    em,
    sql<{ id: number }>`
      select p.id from project p join team t on t.id = p.team_id where t.slug = ${team} and p.slug = ${slug}`,
  );
  if (found === undefined) {
    throw new RefusedError('unknown_project', `team "${team}" has no project "${slug}"`);
  }
  return found.id;
}
