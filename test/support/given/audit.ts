/** The current time of the audit, for tests about earlier times, and its seals. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Anchor, Breach } from '../../../src/model/audit.ts';
import { newestSeal } from '../../../src/store/audit/chain.ts';
import { verifyAudit, verifyIn } from '../../../src/store/audit/verify.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { sealSome } from '../../../src/store/status/seal-notices.ts';
import { until } from '../observe/until.ts';
import { freshDatabase } from '../servers/database.ts';
import { change, creation, ids, planOf, rowsOf, seed, sync } from './saved-plan.ts';

/** The time of the newest audit row, or the epoch if there is none. Rows written from now on are later. */
export async function moment(db: Database): Promise<Date> {
  const [row] = await rowsOf(
    db,
    sql<{
      ms: number | null;
    }>`select ceil(extract(epoch from max(at)) * 1000)::float8 as ms from membership_change`,
  );
  return new Date(row?.ms ?? 0);
}

/** Seals all rows, once no transaction of another test is open. */
export function sealAll(db: Database): Promise<true> {
  return until('every row has a seal', async () => {
    await sealSome(db, () => []);
    return (await verifyAudit(db, [])).unsealed === 0 ? true : undefined;
  });
}

/** Gives group 1 these members. */
export async function setMembers(db: Database, members: Int32Array): Promise<void> {
  await sync(db, planOf([change(1, { kind: 'update', accessGroupId: 1, desired: members })]));
}

/** Members come and go in four transactions; each has its seal. */
export async function sealed(): Promise<{ readonly db: Database } & AsyncDisposable> {
  const fresh = await freshDatabase();
  await seed(fresh.db, 4);
  await sync(fresh.db, planOf([creation(1, ids(1, 2))]));
  for (const members of [ids(1, 3), ids(1, 2, 3), ids(2, 3)]) await setMembers(fresh.db, members);
  await sealAll(fresh.db);
  return fresh;
}

/** What the owner of the tables can do. */
export async function tamper(em: EntityManager, statements: readonly string[]): Promise<void> {
  await em.execute('set local session_replication_role = replica');
  for (const statement of statements) await em.execute(statement);
  await em.execute('set local session_replication_role = origin');
}

/** The kinds of what an audit shows that was changed. */
export async function breachesIn(
  em: EntityManager,
  ...anchors: readonly Anchor[]
): Promise<Breach['kind'][]> {
  return (await verifyIn(em, anchors)).breaches.map(({ kind }) => kind);
}

/** The newest anchor. */
export async function anchorIn(em: EntityManager): Promise<Anchor> {
  const anchor = await newestSeal(em);
  if (anchor === undefined) throw new Error('no seals');
  return anchor;
}
