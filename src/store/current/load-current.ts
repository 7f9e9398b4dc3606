/** Loads everything that the database holds about a directory, as one consistent state for the planner. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type {
  AccessGroup,
  CurrentState,
  KnownGroup,
  ManagedGroup,
  Team,
  UnresolvedMember,
  Wanted,
} from '../../model/current.ts';
import type { Database } from '../database/database.ts';
import { intArray, query } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';
import { loadLastRead } from './directory-state.ts';
import { loadDoubts, loadEntryChanges, loadReferences } from './known-references.ts';
import { loadManaged, loadTotals } from './managed-groups.ts';
import { loadOwnedTeams } from './owned-teams.ts';
import { loadLinks, loadProtected, loadRefusedLinks, loadUsers } from './people.ts';
import { loadRecentRemovals } from './recent-removals.ts';

/** Loads the current state of a directory from a single database snapshot. Rows are sorted by identity. */
export async function loadCurrent(db: Database, directory: string, wanted: Wanted): Promise<CurrentState> {
  return inOneView(db, load => load(directory, wanted));
}

/** Loads what two plans of one directory need, from the same database snapshot. */
export async function loadCurrentOfBoth(
  db: Database,
  directory: string,
  [one, other]: readonly [Wanted, Wanted],
): Promise<readonly [CurrentState, CurrentState]> {
  return inOneView(db, async load => [await load(directory, one), await load(directory, other)]);
}

function inOneView<Result>(
  db: Database,
  work: (load: (directory: string, wanted: Wanted) => Promise<CurrentState>) => Promise<Result>,
): Promise<Result> {
  return transact(
    db,
    async em => {
      // For these queries, JIT compilation takes longer than execution.
      await query(em, sql`select set_config('jit', 'off', true)`);
      return work((directory, wanted) => load(em, directory, wanted));
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

async function load(em: EntityManager, directory: string, wanted: Wanted): Promise<CurrentState> {
  const groups = await loadKnownGroups(em, directory, wanted);
  const managed = await loadManaged(em, directory, wanted);
  const teams = await loadTeams(em, directory, wanted.teams, wanted.groups && managed);
  const links = await loadLinks(em, directory, wanted.people, wanted);
  const users = await loadUsers(em, directory, wanted.people, links);
  const people = () => [...links.map(link => link.userId), ...users.map(user => user.id)];
  const members = () => managed.flatMap(group => [...group.members]);
  const whole = wanted.groups === undefined ? managed : undefined;
  return {
    ...(await loadLastRead(em, directory)),
    totals: wanted.totals ?? (await loadTotals(em, directory, whole)),
    groups,
    managed,
    teams,
    links,
    refusedLinks: await loadRefusedLinks(em, directory),
    named: await loadNamed(em, teams, wanted.names && { names: wanted.names, managed }),
    users,
    protectedIds: await loadProtected(em, wanted.protect, wanted.groups && [...people(), ...members()]),
    unresolved: await loadUnresolved(em, directory, wanted.groups && groups),
    references: await loadReferences(em, directory, wanted.groups && groups),
    changes: await loadEntryChanges(
      em,
      directory,
      wanted.groups && [...wanted.groups, ...(wanted.nested ?? [])],
    ),
    doubts: await loadDoubts(em, directory),
    ...(await loadRecentRemovals(em, directory, wanted.windowMs ?? 0)),
    ...(await loadOwnedTeams(em, managed, people)),
  };
}

type KnownGroupRow = Omit<KnownGroup, 'reason' | 'accessGroupId' | 'missingMs'> & {
  readonly missingMs: number | null;
  readonly reason: string | null;
  readonly accessGroupId: number | null;
};

async function loadKnownGroups(
  em: EntityManager,
  directory: string,
  { groups, nested = [] }: Pick<Wanted, 'groups' | 'nested'>,
): Promise<KnownGroup[]> {
  const these = sql`
    and external_id in (
      select unnest(${[...(groups ?? []), ...nested]}::uuid[])
      union all
      select o.external_id
      from directory_group g
      join directory_group o on o.access_group_id = g.access_group_id and o.directory = g.directory
      where g.directory = ${directory} and g.external_id = any(${groups ?? []}::uuid[])
    )`;
  const rows = await query(
    em,
    sql<KnownGroupRow>`
      select external_id as "externalId", dn, cn, mapping, state, reason, missed_reads as "missedReads",
        extract(epoch from now() - missing_since)::float8 * 1000 as "missingMs", access_group_id as "accessGroupId", frozen_at is not null as frozen,
        rejected_run is not null as rejected
      from directory_group
      where directory = ${directory} ${groups === undefined ? sql`` : these}
      order by external_id`,
  );
  return rows.map(({ missingMs, ...row }) => ({
    ...row,
    ...(missingMs !== null && { missingMs }),
    reason: row.reason ?? undefined,
    accessGroupId: row.accessGroupId ?? undefined,
  }));
}

/** Loads the requested teams, and those of `managed`; undefined: all teams that contain groups of this directory. */
async function loadTeams(
  em: EntityManager,
  directory: string,
  slugs: readonly string[],
  managed: readonly ManagedGroup[] | undefined,
) {
  const present = managed
    ? sql`select unnest(${intArray(managed.map(({ teamId }) => teamId))}::integer[])`
    : sql`select team_id from directory_group where directory = ${directory}`;
  return query(
    em,
    sql<Team>`
      select t.id, t.slug, array(select p.slug from project p where p.team_id = t.id order by p.slug)::text[] as projects
      from team t
      where t.slug = any(${slugs}::text[])
        or t.id in (${present})
      order by t.id`,
  );
}

/** Loads all AccessGroups of these teams, or only those with one of the names and those that ask for one. */
async function loadNamed(
  em: EntityManager,
  teams: readonly Team[],
  only: { readonly names: readonly string[]; readonly managed: readonly ManagedGroup[] } | undefined,
): Promise<readonly AccessGroup[]> {
  const some =
    only &&
    sql`and (name = any(${only.names}::text[]) or id = any(${intArray(only.managed.map(({ id }) => id))}::integer[]))`;
  return query(
    em,
    sql<AccessGroup>`
      select id, team_id as "teamId", name, type, managed
      from access_group
      where team_id = any(${teams.map(team => team.id)}::integer[]) ${some ?? sql``}
      order by id`,
  );
}

async function loadUnresolved(
  em: EntityManager,
  directory: string,
  only: readonly KnownGroup[] | undefined,
): Promise<readonly UnresolvedMember[]> {
  const some = only && sql`and group_external_id = any(${only.map(({ externalId }) => externalId)}::uuid[])`;
  return query(
    em,
    sql<UnresolvedMember>`
      select group_external_id as "groupExternalId", member, reason
      from unresolved_member
      where directory = ${directory} ${some ?? sql``}
      order by id`,
  );
}
