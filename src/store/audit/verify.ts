/** Compares the audit with its seals, and the seals with anchors. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Anchor, Breach, Seal, Verification } from '../../model/audit.ts';
import type { Database } from '../database/database.ts';
import { query, queryOne } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';
import {
  headOf,
  newestReplacing,
  newestSeal,
  OF_THIS_SERVER,
  OLDEST_NEEDED,
  sealedUpTo,
  sealsWhere,
} from './chain.ts';
import { digestOfKept, digestsByTransaction } from './digests.ts';

/** Enough to find the cause. */
const SHOWN = 100;
const SEALS_PER_QUERY = 5_000;

/** Verifies the whole audit at one point in time. It writes nothing. */
export function verifyAudit(db: Database, anchors: readonly Anchor[]): Promise<Verification> {
  return transact(db, em => verifyIn(em, anchors), { isolationLevel: 'repeatable read', readOnly: true });
}

/** As verifyAudit, in a transaction with one snapshot. */
export async function verifyIn(em: EntityManager, anchors: readonly Anchor[]): Promise<Verification> {
  const [anchor, last] = [await newestSeal(em), await sealedUpTo(em)];
  const chain = await verifyChain(em, anchors);
  const isSealed = last === undefined ? sql`false` : sql`xact <= ${last}::xid8`;
  const counts = await queryOne(
    em,
    sql<{ rows: number; all: number }>`
      select (count(*) filter (where ${isSealed}))::float8 as rows, count(*)::float8 as all
      from (select xact from membership_change union all select xact from access_group_change) as audit`,
  );
  const { rows, all } = counts ?? { rows: 0, all: 0 };
  const replacing = await newestReplacing(em);
  const breaches = last === undefined ? [] : await verifyRows(em, last, replacing);
  return {
    ...chain,
    breaches: [...chain.breaches, ...breaches],
    anchor,
    replacing,
    rows,
    unsealed: all - rows,
  };
}

interface Chain extends Pick<Verification, 'seals' | 'tooOld'> {
  readonly breaches: readonly Breach[];
}

/** Follows the chain from its first seal, which need not have the number 1: retention removes replaced seals. */
async function verifyChain(em: EntityManager, anchors: readonly Anchor[]): Promise<Chain> {
  const wanted = Map.groupBy(anchors, anchor => anchor.number);
  const breaches: Breach[] = [];
  let seals = 0;
  let last: Seal | undefined;
  let oldest = 1;
  for await (const seal of allSeals(em)) {
    if (last === undefined) oldest = seal.number;
    const follows = last === undefined ? await mayBegin(em, seal) : isNext(last, seal);
    if (!follows || seal.head !== headOf(seal)) breaches.push({ kind: 'chain', seal: seal.number });
    if (wanted.get(seal.number)?.some(({ head }) => head !== seal.head))
      breaches.push({ kind: 'anchor', seal: seal.number });
    if (!seal.intact) breaches.push({ kind: 'replaced', seal: seal.number });
    seals += 1;
    last = seal;
  }
  const newest = last?.number ?? 0;
  const cut = [...wanted.keys()].filter(number => number > newest);
  breaches.push(...cut.map(seal => ({ kind: 'anchor', seal }) as const));
  const tooOld = [...wanted.keys()].filter(number => number < oldest).length;
  return { breaches: breaches.slice(0, SHOWN), seals, tooOld };
}

function isNext(last: Seal, seal: Seal): boolean {
  return seal.number === last.number + 1 && seal.previous === last.head;
}

/** Whether the seals before this one may be absent, because a later one replaced them. */
async function mayBegin(em: EntityManager, seal: Seal): Promise<boolean> {
  if (seal.number === 1) return seal.previous === '';
  const row = await queryOne(
    em,
    sql<{ isReplaced: boolean }>`select ${seal.number} < (${OLDEST_NEEDED}) as "isReplaced"`,
  );
  return row?.isReplaced ?? false;
}

async function* allSeals(em: EntityManager): AsyncGenerator<Seal> {
  let after = 0;
  let seals: readonly Seal[];
  do {
    seals = await query(
      em,
      sql`${sealsWhere(sql`number > ${after}`)} order by number limit ${SEALS_PER_QUERY}`,
    );
    yield* seals;
    after = seals.at(-1)?.number ?? after;
  } while (seals.length === SEALS_PER_QUERY);
}

async function verifyRows(em: EntityManager, last: string, replacing: Seal | undefined): Promise<Breach[]> {
  const kept = replacing === undefined ? [] : await verifyKept(em, replacing);
  const after = replacing === undefined ? sql`true` : sql`xact > ${replacing.xact}::xid8`;
  const range = sql`${after} and xact <= ${last}::xid8`;
  const changed = await query(
    em,
    sql<{ seal: number | null; xact: string; sealed: number; found: number }>`
      select s.number::float8 as seal, coalesce(s.xact, f.xact)::text as xact,
        coalesce(s.row_count, 0)::float8 as sealed, coalesce(f.row_count, 0) as found
      from (select * from audit_seal where kind = 'rows' and ${OF_THIS_SERVER} and ${range}) as s
      full join (${digestsByTransaction(range)}) as f on f.xact = s.xact
      where s.digest is distinct from f.digest or s.row_count is distinct from f.row_count
      order by coalesce(s.xact, f.xact)
      limit ${SHOWN}`,
  );
  return [...kept, ...changed.map(row => ({ kind: 'rows', ...row, seal: row.seal ?? undefined }) as const)];
}

async function verifyKept(em: EntityManager, seal: Seal): Promise<Breach[]> {
  const { row_count: found = 0, digest = '' } = (await queryOne(em, digestOfKept(seal))) ?? {};
  if (found === seal.rows && digest === seal.digest) return [];
  return [{ kind: 'kept', seal: seal.number, xact: seal.xact, sealed: seal.rows, found }];
}
