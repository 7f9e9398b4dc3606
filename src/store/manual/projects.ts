/** Assigns projects to groups on behalf of users. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import type { Database } from '../database/database.ts';
import { query } from '../database/sql.ts';
import { AccessGroupProject, Project } from '../entities/access.ts';
import { actAs } from './act-as.ts';
import { forgetOwners, shareGroup } from './lookups.ts';

/**
 * Gives the members of a manual or managed group access to a project of its team. Does nothing if they already have it.
 * Throws RefusedError: unknown_group, unknown_project (also for projects of other teams).
 */
export async function assignProject(db: Database, id: number, slug: string, actor: string): Promise<void> {
  await actAs(db, actor, async em => {
    const project = await findProject(em, id, slug);
    // One statement, because another transaction may assign the same project concurrently.
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

/** Removes a project from a group. Does nothing if it is not assigned. Throws as assignProject does. */
export async function unassignProject(db: Database, id: number, slug: string, actor: string): Promise<void> {
  await actAs(db, actor, async em => {
    const project = await findProject(em, id, slug);
    await em.nativeDelete(AccessGroupProject, { accessGroup: id, project });
    await forgetOwners(em, id);
  });
}

async function findProject(em: EntityManager, id: number, slug: string): Promise<number> {
  const { team } = await shareGroup(em, id);
  const found = await em.findOne(Project, { team, slug });
  if (found === null) {
    throw new RefusedError('unknown_project', `team "${team.slug}" has no project "${slug}"`);
  }
  return found.id;
}
