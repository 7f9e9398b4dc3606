/** Saves the links of people to local users. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { UserLink } from '../../model/current.ts';
import type { NewUser, Plan } from '../../model/plan.ts';
import type { IdSet } from '../../model/snapshot.ts';
import { inTurns } from '../../steps/in-turns.ts';
import { sorted } from '../../steps/steps.ts';
import { chunks, jsonOf, query, queryOne, sqlState } from '../database/sql.ts';
import type { NewUserIds } from './new-users.ts';

/**
 * Adds new links and updates links whose DN changed. Returns the users that a new link was refused for, because the
 * user or the identity was linked differently since the plan. They must not be added to any group on the basis of this
 * link.
 */
export async function saveLinks(
  em: EntityManager,
  { run, plan, userIds }: { readonly run: number; readonly plan: Plan; readonly userIds: NewUserIds },
): Promise<ReadonlySet<number>> {
  // Sorted like the primary key, so that each chunk touches its own part of the index.
  const links = await inTurns(
    sorted([...plan.links, ...createdLinks(plan.newUsers, userIds)], (one, other) =>
      one.externalId < other.externalId ? -1 : 1,
    ),
  );
  const refused = new Set<number>();
  for (const some of chunks(links)) {
    if (await saveSomeLinks(em, run, plan.directory, some)) continue;
    for (const id of await notLinked(em, plan.directory, some)) refused.add(id);
  }
  return refused;
}

/** The plan without the additions of users whose links were refused. */
export function withoutRefused(plan: Plan, refused: ReadonlySet<number>): Plan {
  if (refused.size === 0) return plan;
  const changes = plan.changes.map(change => {
    const left = new Set(change.add.filter(id => refused.has(id)));
    if (left.size === 0) return change;
    const without = (ids: IdSet) => ids.filter(id => !left.has(id));
    return { ...change, desired: without(change.desired), add: without(change.add) };
  });
  return { ...plan, changes };
}

/**
 * Whether all of the links exist now. The foreign key waits for a transaction that deletes a user, and then refuses the
 * whole statement; the second attempt does not see that user. Locking the users first would need the right to update
 * them, which the application need not give.
 */
async function saveSomeLinks(
  em: EntityManager,
  run: number,
  directory: string,
  links: readonly UserLink[],
): Promise<boolean> {
  return orWithoutDeleted(em, inner => tryToSaveLinks(inner, run, directory, links));
}

/** Repeats the statement if another transaction deleted a user meanwhile: the second attempt does not see that user. */
export async function orWithoutDeleted<Result>(
  em: EntityManager,
  work: (em: EntityManager) => Promise<Result>,
): Promise<Result> {
  try {
    return await em.transactional(inner => work(inner));
  } catch (error) {
    if (sqlState(error) !== FOREIGN_KEY) throw error;
    return work(em);
  }
}

const FOREIGN_KEY = '23503';

async function tryToSaveLinks(
  em: EntityManager,
  run: number,
  directory: string,
  links: readonly UserLink[],
): Promise<boolean> {
  const row = await queryOne(
    em,
    sql<{ saved: number }>`
      with given as materialized (
        select * from json_to_recordset(${jsonOf(links)}::json)
          as g("externalId" uuid, "userId" integer, dn text, username text, "matchedBy" text)
      ), moved as (
        update directory_user d set dn = g.dn, username = g.username, run_id = ${run}
        from given g
        where d.directory = ${directory} and d.external_id = g."externalId" and d.user_id = g."userId"
          and (d.dn <> g.dn or d.username is distinct from g.username)
        returning d.external_id
      ), added as (
        insert into directory_user (directory, external_id, dn, username, user_id, matched_by, run_id)
        select ${directory}, g."externalId", g.dn, g.username, g."userId", g."matchedBy", ${run}
        from given g
        join auth_user u on u.id = g."userId"
        where not exists (
          select from directory_user d where d.directory = ${directory} and d.external_id = g."externalId"
        ) and not exists (
          select from directory_user d where d.directory = ${directory} and d.user_id = g."userId"
        ) and not exists (
          select from link_request r
          where r.directory = ${directory} and r.external_id = g."externalId" and r.user_id = g."userId"
            and r.decision = 'refuse'
        )
        order by g."externalId"
        on conflict do nothing
        returning external_id
      )
      select (select count(*) from moved)::int + (select count(*) from added)::int as saved`,
  );
  return row?.saved === links.length;
}

async function notLinked(
  em: EntityManager,
  directory: string,
  links: readonly UserLink[],
): Promise<readonly number[]> {
  const rows = await query(
    em,
    sql<{ id: number }>`
      select g."userId" as id
      from json_to_recordset(${jsonOf(links)}::json) as g("externalId" uuid, "userId" integer)
      where not exists (
        select from directory_user d
        where d.directory = ${directory} and d.external_id = g."externalId" and d.user_id = g."userId"
      )`,
  );
  return rows.map(row => row.id);
}

function createdLinks(newUsers: readonly NewUser[], userIds: NewUserIds): UserLink[] {
  return newUsers.flatMap(({ externalId, dn, username: name, entryUsername }, at) => {
    const userId = userIds.get(-at - 1);
    const username = entryUsername ?? name;
    return userId === undefined ? [] : [{ externalId, userId, dn, username, matchedBy: 'created' as const }];
  });
}
