import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { UserLink } from '../model.ts';
import type { NewUser, Plan } from '../model-plan.ts';
import { jsonOf, pieces, query } from './sql.ts';

/** Ids of the plan's new users, by the negative number that the plan uses for them. */
export type NewUserIds = ReadonlyMap<number, number>;

/**
 * Creates the users whose names nobody has. Whoever got such a name since the plan was made is left out here, and
 * looked at again by the next run.
 */
export async function createUsers(em: EntityManager, newUsers: readonly NewUser[]): Promise<NewUserIds> {
  if (newUsers.length === 0) return new Map();
  const rows = newUsers.map(({ username, email, fullName }, at) => ({ at, username, email, fullName }));
  const created = await query(
    em,
    sql<{ id: number; username: string }>`
      insert into auth_user (username, email, full_name)
      select n.username, case when char_length(n.email) <= 254 then n.email else '' end, left(n."fullName", 255)
      from json_to_recordset(${jsonOf(rows)}::json)
        as n(at integer, username text, email text, "fullName" text)
      where not exists (select from auth_user u where u.username = n.username)
      order by n.at
      returning id, username`,
  );
  const byName = new Map(created.map(user => [user.username, user.id]));
  const ids = new Map<number, number>();
  for (const [at, { username }] of newUsers.entries()) {
    const id = byName.get(username);
    if (id !== undefined) ids.set(-at - 1, id);
  }
  return ids;
}

/** Creates the teams that do not exist yet; a team starts with its slug for a name. */
export async function createTeams(em: EntityManager, slugs: readonly string[]): Promise<void> {
  if (slugs.length === 0) return;
  await query(
    em,
    sql`
      insert into team (slug, name)
      select slug, slug from unnest(${slugs}::text[]) with ordinality as wanted(slug, at)
      where not exists (select from team t where t.slug = wanted.slug)
      order by at`,
  );
}

/** Remembers who is who: new links are added, links whose DN moved get the new one. */
export async function saveLinks(
  em: EntityManager,
  { run, plan, userIds }: { readonly run: number; readonly plan: Plan; readonly userIds: NewUserIds },
): Promise<void> {
  const links = [...plan.links, ...createdLinks(plan.newUsers, userIds)];
  // As the primary key is sorted, so that each piece touches its own part of the index.
  links.sort((one, other) => (one.externalId < other.externalId ? -1 : 1));
  for (const some of pieces(links)) await saveSomeLinks(em, run, plan.directory, some);
}

async function saveSomeLinks(em: EntityManager, run: number, directory: string, links: readonly UserLink[]) {
  await query(
    em,
    sql`
      with given as materialized (
        select * from json_to_recordset(${jsonOf(links)}::json)
          as g("externalId" uuid, "userId" integer, dn text, username text, "matchedBy" text)
      ), moved as (
        update directory_user d set dn = g.dn, username = g.username, run_id = ${run}
        from given g
        where d.directory = ${directory} and d.external_id = g."externalId" 
          and (d.dn <> g.dn or d.username is distinct from g.username)
      )
      insert into directory_user (directory, external_id, dn, username, user_id, matched_by, run_id)
      select ${directory}, g."externalId", g.dn, g.username, g."userId", g."matchedBy", ${run}
      from given g
      join auth_user u on u.id = g."userId"
      where not exists (
        select from directory_user d where d.directory = ${directory} and d.external_id = g."externalId"
      )
      order by g."externalId"`,
  );
}

function createdLinks(newUsers: readonly NewUser[], userIds: NewUserIds): UserLink[] {
  return newUsers.flatMap(({ externalId, dn, username }, at) => {
    const userId = userIds.get(-at - 1);
    return userId === undefined ? [] : [{ externalId, userId, dn, username, matchedBy: 'created' as const }];
  });
}
