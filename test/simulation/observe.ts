/** The contents of the database in the form of the reference model. */
import { sql } from 'kysely';
import type { Database } from '../../src/store/database/database.ts';
import { rowsOf } from '../support/given/saved-plan.ts';
import type { Known } from './reference/doubts.ts';
import type { Memory, State } from './reference/reference.ts';

interface GroupRow {
  readonly id: string | null;
  readonly dn: string | null;
  readonly missed: number | null;
  readonly frozen: boolean;
  readonly released: boolean;
  readonly rejected: boolean;
  readonly access: number | null;
  readonly name: string | null;
  readonly managed: boolean | null;
  readonly members: string[];
}

/** The state, and the directory group of each AccessGroup. A managed group without one is an error. */
export async function observe(
  db: Database,
): Promise<State & { readonly sourceOf: ReadonlyMap<number, string> }> {
  const rows = await rowsOf(
    db,
    sql<GroupRow>`
      select d.external_id as id, d.dn, d.missed_reads as missed, d.frozen_at is not null as frozen,
        coalesce(d.state = 'released', false) as released,
        d.rejected_run is not null as rejected, g.id as access, g.name, g.managed,
        array(select u.username::text from access_group_members m join auth_user u on u.id = m.user_id
          where m.access_group_id = g.id order by 1) as members
      from directory_group d full join access_group g on g.id = d.access_group_id`,
  );
  const people = await rowsOf(
    db,
    sql<{ id: string; username: string }>`
      select d.external_id as id, u.username from directory_user d join auth_user u on u.id = d.user_id`,
  );
  const known: [string, Memory][] = [];
  const manual: [string, Set<string>][] = [];
  const sourceOf = new Map<number, string>();
  for (const { access, name, managed, members, ...row } of rows) {
    const { id, dn, missed, ...flags } = row;
    const held = name === null ? undefined : { name, members: new Set(members) };
    if (id !== null) known.push([id, { dn: dn ?? '', missed: missed ?? 0, access: held, ...flags }]);
    else if (managed) throw new Error(`nobody owns the managed group "${name}"`);
    else manual.push([name ?? '', new Set(members)]);
    if (id !== null && access !== null) sourceOf.set(access, id);
  }
  const links = people.map(({ id, username }) => [id, username] as const);
  const reads = await observeReads(db);
  return { known: new Map(known), links: new Map(links), manual: new Map(manual), reads, sourceOf };
}

/** The stored references of earlier reads; product and model use the same keys. */
async function observeReads(db: Database): Promise<Known> {
  const broken = await rowsOf(
    db,
    sql<{ key: string; absent: boolean; repeated: boolean }>`
      select r.key, r.absent, coalesce(r.since < s.last_complete_at, false) as repeated
      from unresolved_reference r left join directory_state s on s.directory = r.directory`,
  );
  const doubts = await rowsOf(
    db,
    sql<{ key: string; keys: string[] }>`
      select concat(d.external_id, ' ', u.username) as key, m.keys
      from membership_doubt m
      join auth_user u on u.id = m.user_id
      join directory_group d on d.access_group_id = m.access_group_id`,
  );
  const places = await rowsOf(
    db,
    sql<{ id: string; dn: string }>`select external_id as id, dn from directory_user`,
  );
  return {
    broken: new Map(broken.map(({ key, ...row }) => [key, row])),
    doubts: new Map(doubts.map(({ key, keys }) => [key, keys])),
    places: new Map(places.map(({ id, dn }) => [id, dn])),
  };
}

/** A state as plain values, sorted: equal if they mean the same, and readable if they differ. */
export function plain({ known, links, manual, reads }: State): object {
  return {
    known: sorted(known, ({ access, ...row }) => ({
      ...row,
      access: access && { name: access.name, members: [...access.members].sort() },
    })),
    links: sorted(links, username => username),
    manual: sorted(manual, members => [...members].sort()),
    doubts: sorted(reads.doubts, keys => keys),
  };
}

function sorted<T>(map: ReadonlyMap<string, T>, show: (value: T) => unknown): Record<string, unknown> {
  const entries = [...map].sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, show(value)]));
}
