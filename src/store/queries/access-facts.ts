/** Loads the facts that explain a user's access to a project. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import type { Grant, ProjectName } from '../../model/access.ts';
import type { Database } from '../database/database.ts';
import { query, queryOne } from '../database/sql.ts';
import { BEST_FIRST, withLevels } from './access.ts';
import { findPerson, lastChangeOf, type StoredFacts } from './membership-facts.ts';
import { projectId } from './project-access.ts';

/** The number of groups to suggest as ways to a project; more would not help the user. */
const SUGGESTED_GROUPS = 5;

interface StoredAccess extends Pick<StoredFacts, 'person' | 'suspended' | 'lastChange'> {
  readonly visible: boolean;
  readonly via: readonly Grant[];
  readonly offered: readonly string[];
}

/** The facts that explain access to a project. Throws RefusedError if the project does not exist. */
export async function accessFacts(
  db: Database,
  username: string,
  project: ProjectName,
): Promise<StoredAccess> {
  const em = db.orm.em.fork();
  const id = await projectId(db, project);
  const person = await findPerson(em, username);
  const via = person === undefined ? [] : await waysTo(em, person.id, id);
  const group = via[0]?.groupId ?? undefined;
  return {
    person,
    ...(await projectFacts(em, id, person?.id)),
    via,
    offered: await groupsWith(em, id),
    lastChange:
      person === undefined || group === undefined ? undefined : await lastChangeOf(em, group, person.id),
  };
}

async function waysTo(em: EntityManager, user: number, project: number): Promise<readonly Grant[]> {
  const row = await queryOne(
    em,
    sql<{ type: number; via: Omit<Grant, 'access'>[] | null }>`
      select coalesce(min(a.type), 0) as type, ${BEST_FIRST} as via
      from access_grant a
      left join access_group g on g.id = a.access_group_id
      where a.user_id = ${user} and a.project_id = ${project}`,
  );
  return row === undefined ? [] : withLevels({ type: row.type, via: row.via ?? [] }).via;
}

async function projectFacts(em: EntityManager, project: number, user: number | undefined) {
  const row = await queryOne(
    em,
    sql<{ visible: boolean; suspended: boolean }>`
      select p.status = 0 as visible, exists (
        select from team_member m
        where m.team_id = p.team_id and m.user_id = ${user ?? 0} and not m.is_active
      ) as suspended
      from project p where p.id = ${project}`,
  );
  if (row === undefined) throw new RefusedError('unknown_project', 'the project has just been deleted');
  return row;
}

async function groupsWith(em: EntityManager, project: number): Promise<readonly string[]> {
  const rows = await query(
    em,
    sql<{ name: string }>`
      select g.name from access_group_projects a join access_group g on g.id = a.access_group_id
      where a.project_id = ${project}
      order by g.name limit ${SUGGESTED_GROUPS}`,
  );
  return rows.map(({ name }) => name);
}
