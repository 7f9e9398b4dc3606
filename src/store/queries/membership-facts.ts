/** Loads the facts that explain why a user is or is not in a group. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { GroupDetail, Identity, LastChange, Lookalike } from '../../model/access.ts';
import type { ListedDoubt } from '../../model/doubt.ts';
import { isProtected } from '../../text/loose-key.ts';
import type { Database } from '../database/database.ts';
import { fromEpochMs } from '../database/level.ts';
import { query, queryOne } from '../database/sql.ts';
import { findDoubt } from '../doubts/list.ts';

/** An identity with its external id. */
interface StoredIdentity extends Identity {
  readonly externalId: string;
}

interface Person {
  readonly id: number;
  readonly username: string;
  readonly isActive: boolean;
}

/** All stored facts about why a user is or is not in a group. */
export interface StoredFacts {
  readonly person: Person | undefined;
  readonly member: boolean;
  readonly suspended: boolean;
  readonly lastChange: LastChange | undefined;
  readonly identities: readonly StoredIdentity[];
  readonly unresolved: readonly Lookalike[];
  readonly protected: boolean;
  readonly heldBy: number | undefined;
  readonly doubt: ListedDoubt | undefined;
}

/** The local user with that username. */
export async function findPerson(em: EntityManager, username: string): Promise<Person | undefined> {
  return queryOne(
    em,
    sql<Person>`select id, username, is_active as "isActive" from auth_user where username = ${username}`,
  );
}

/** The facts that explain a membership. `protect`: the globs of the group's directory. */
export async function membershipFacts(
  db: Database,
  username: string,
  group: GroupDetail,
  protect: readonly string[],
): Promise<StoredFacts> {
  const em = db.orm.em.fork();
  const person = await findPerson(em, username);
  const identities = person === undefined ? [] : await identitiesOf(em, person.id);
  const unresolved = await unresolvedOf(em, group.id, username, identities);
  if (person === undefined) {
    const nothing = { member: false, suspended: false, lastChange: undefined, heldBy: undefined };
    return { ...nothing, doubt: undefined, person, identities, unresolved, protected: false };
  }
  return {
    person,
    identities,
    unresolved,
    ...(await membershipIn(em, group, person.id)),
    lastChange: await lastChangeOf(em, group.id, person.id),
    doubt: await findDoubt(em, group.id, person.id),
    protected: isProtected(person.username, protect),
  };
}

/** The last audit row about a user in a group; undefined if there is none. */
export async function lastChangeOf(
  em: EntityManager,
  group: number,
  user: number,
): Promise<LastChange | undefined> {
  const rows = await query(
    em,
    sql<Omit<LastChange, 'at'> & { ms: number }>`
      with theirs as materialized (
        select * from membership_change where user_id = ${user} and access_group_id = ${group}
      )
      select action, extract(epoch from at)::float8 * 1000 as ms, run_id::float8 as "runId", actor, reason
      from theirs
      order by id desc
      limit 1`,
  );
  return rows.map(({ ms, ...row }) => ({ ...row, at: fromEpochMs(ms) }))[0];
}

async function membershipIn(em: EntityManager, { id, team }: GroupDetail, user: number) {
  const row = await queryOne(
    em,
    sql<{ member: boolean; suspended: boolean; held: number | null }>`
      select
        exists (select from access_group_members where access_group_id = ${id} and user_id = ${user}) as member,
        exists (
          select from team_member m join team t on t.id = m.team_id
          where t.slug = ${team} and m.user_id = ${user} and not m.is_active
        ) as suspended,
        (
          select max(r.id)::float8 from sync_run r join sync_run_group s on s.run_id = r.id
          where r.status = 'held' and s.access_group_id = ${id} and ${user} = any(s.held)
        ) as held`,
  );
  const { member = false, suspended = false, held = null } = row ?? {};
  return { member, suspended, heldBy: held ?? undefined };
}

async function identitiesOf(em: EntityManager, user: number): Promise<readonly StoredIdentity[]> {
  return query(
    em,
    sql<StoredIdentity>`
      select directory, external_id as "externalId", dn, matched_by as "matchedBy"
      from directory_user where user_id = ${user} order by directory`,
  );
}

/** The group's unresolved member values that are this user's name or DN, or a DN that starts with the name. */
async function unresolvedOf(
  em: EntityManager,
  group: number,
  username: string,
  identities: readonly StoredIdentity[],
): Promise<readonly Lookalike[]> {
  const dns = identities.map(({ dn }) => dn);
  return query(
    em,
    sql<Lookalike>`
      select d.dn as "groupDn", u.member, u.reason
      from directory_group d
      join unresolved_member u on u.directory = d.directory and u.group_external_id = d.external_id
      where d.access_group_id = ${group} and (
        lower(u.member) = lower(${username}) or u.member = any(${dns}::text[])
        or lower(substring(u.member from '^[^=]+=([^,+]+)')) = lower(${username})
      )
      order by d.dn, u.id`,
  );
}
