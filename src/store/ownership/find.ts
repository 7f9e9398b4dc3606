/** Finds AccessGroups with their owners, and locks them for ownership actions. */
import type { InferEntity } from '@mikro-orm/core';
import { type EntityManager, type FilterQuery, LockMode } from '@mikro-orm/postgresql';
import { RefusedError } from '../../errors.ts';
import type { Owned } from '../../model/ownership.ts';
import type { Database } from '../database/database.ts';
import { readFrom } from '../database/transaction.ts';
import { AccessGroup } from '../entities/access.ts';
import { DirectoryGroup } from '../entities/links.ts';
import { lockLinks } from '../reconcile/locks.ts';

/** The AccessGroup with this id. Throws RefusedError `unknown_group`. */
export async function ownedById(db: Database, id: number): Promise<Owned> {
  return orRefuse(await readFrom(db, em => find(em, { id })), `there is no AccessGroup ${id}`);
}

/** The AccessGroup of that name in that team. Throws RefusedError `unknown_group`. */
export async function ownedByName(db: Database, team: string, name: string): Promise<Owned> {
  const found = await readFrom(db, em => find(em, { team: { slug: team }, name }));
  return orRefuse(found, `team "${team}" has no AccessGroup "${name}"`);
}

/**
 * Locks an AccessGroup against the sync and other users until the transaction ends, and returns its state under the
 * lock. The lock order is that of a reconcile: the directory groups first. Throws RefusedError `unknown_group`.
 */
export async function lockOwned(em: EntityManager, id: number): Promise<Owned> {
  const before = await find(em, { id });
  for (const [directory, sources] of Map.groupBy(before?.sources ?? [], source => source.directory)) {
    await lockLinks(
      em,
      directory,
      sources.map(source => source.externalId),
    );
  }
  await em.findOne(AccessGroup, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true });
  return orRefuse(await find(em, { id }), `there is no AccessGroup ${id}`);
}

/** Throws RefusedError `not_managed` for an AccessGroup that no directory owns. */
export function requireManaged({ team, name, managed }: Owned): void {
  if (managed) return;
  throw new RefusedError(
    'not_managed',
    `AccessGroup ${team}/${name} is manual: no directory owns it; "adopt" gives it to one`,
  );
}

/** Throws RefusedError `managed_group` for an AccessGroup that a directory owns. */
export function requireManual({ team, name, managed }: Owned): void {
  if (!managed) return;
  const way = 'release it first to adopt it for another directory group';
  throw new RefusedError('managed_group', `AccessGroup ${team}/${name} is already managed: ${way}`);
}

function orRefuse(found: Owned | undefined, message: string): Owned {
  if (found === undefined) throw new RefusedError('unknown_group', message);
  return found;
}

/** Reads the current row instead of the copy that the transaction loaded before the lock. */
async function find(
  em: EntityManager,
  which: FilterQuery<InferEntity<typeof AccessGroup>>,
): Promise<Owned | undefined> {
  const fresh = { disableIdentityMap: true } as const;
  const group = await em.findOne(AccessGroup, which, { ...fresh, populate: ['team'] });
  if (group === null) return undefined;
  const { id, team, name, managed } = group;
  const orderBy = { directory: 'asc', externalId: 'asc' } as const;
  const links = await em.find(DirectoryGroup, { accessGroup: id }, { ...fresh, orderBy });
  const sources = links.map(({ directory, externalId, dn, frozenAt }) => ({
    directory,
    externalId,
    dn,
    frozen: frozenAt instanceof Date,
  }));
  return { id, team: team.slug, name, managed, sources };
}
