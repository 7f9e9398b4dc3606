import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import type { Owned, OwnedSource } from '../../model-ownership.ts';
import type { Database } from '../database.ts';
import { lockLinks } from '../reconcile-look.ts';
import { query, queryOne } from '../sql.ts';

/** The AccessGroup with this id. Throws RefusedError `unknown_group`. */
export async function ownedById(db: Database, id: number): Promise<Owned> {
  return orUnknown(await find(db.orm.em.fork(), sql`g.id = ${id}`), `there is no AccessGroup ${id}`);
}

/** The AccessGroup of that name in that team. Throws RefusedError `unknown_group`. */
export async function ownedByName(db: Database, team: string, name: string): Promise<Owned> {
  const found = await find(db.orm.em.fork(), sql`t.slug = ${team} and g.name = ${name}`);
  return orUnknown(found, `team "${team}" has no AccessGroup "${name}"`);
}

/**
 * Keeps the sync and every other person away from an AccessGroup until the transaction ends, and says what it is then.
 * The same order as in a reconcile: the directory groups first. Throws RefusedError `unknown_group`.
 */
export async function lockOwned(em: EntityManager, id: number): Promise<Owned> {
  const before = await find(em, sql`g.id = ${id}`);
  for (const [directory, sources] of Map.groupBy(before?.sources ?? [], source => source.directory)) {
    await lockLinks(
      em,
      directory,
      sources.map(source => source.externalId),
    );
  }
  await query(em, sql`select from access_group where id = ${id} for update`);
  return orUnknown(await find(em, sql`g.id = ${id}`), `there is no AccessGroup ${id}`);
}

/** Throws RefusedError `not_managed` for an AccessGroup that no directory owns. */
export function requireManaged({ team, name, managed }: Owned): void {
  if (managed) return;
  throw new RefusedError(
    'not_managed',
    `AccessGroup ${team}/${name} was made by hand: no directory owns it; "adopt" gives it to one`,
  );
}

/** Throws RefusedError `managed_group` for an AccessGroup that a directory owns. */
export function requireManual({ team, name, managed }: Owned): void {
  if (!managed) return;
  const way = 'release it first if another directory group is to own it';
  throw new RefusedError('managed_group', `AccessGroup ${team}/${name} is managed already: ${way}`);
}

function orUnknown(found: Owned | undefined, message: string): Owned {
  if (found === undefined) throw new RefusedError('unknown_group', message);
  return found;
}

async function find(em: EntityManager, which: RawBuilder<unknown>): Promise<Owned | undefined> {
  const group = await queryOne(
    em,
    sql<Omit<Owned, 'sources'>>`
      select g.id, t.slug as team, g.name, g.managed
      from access_group g
      join team t on t.id = g.team_id
      where ${which}`,
  );
  if (group === undefined) return undefined;
  const sources = await query(
    em,
    sql<OwnedSource>`
      select directory, external_id as "externalId", dn, frozen_at is not null as frozen
      from directory_group
      where access_group_id = ${group.id}
      order by directory, external_id`,
  );
  return { ...group, sources };
}
