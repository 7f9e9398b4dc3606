/** Tells the database on whose behalf a transaction writes. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { query } from './sql.ts';

/**
 * Marks the rest of this transaction as the sync, or as an ownership action on its behalf. The database then allows
 * writes to managed groups, refuses writes to manual ones, and expects the transaction to write its own audit.
 */
export async function markSync(em: EntityManager): Promise<void> {
  await query(em, sql`select set_config('rollcall.writer', 'sync', true)`);
}

/**
 * Marks the rest of this transaction as the work of a user, and no longer of the sync. The audit rows that the database
 * writes name this user, and the run and the reason if given.
 */
export async function markActor(
  em: EntityManager,
  actor: string,
  { run, reason = '' }: { readonly run?: number; readonly reason?: string } = {},
): Promise<void> {
  await query(
    em,
    sql`
      select set_config('rollcall.writer', '', true), set_config('rollcall.actor', ${actor}, true),
        set_config('rollcall.run', ${String(run ?? '')}, true), set_config('rollcall.reason', ${reason}, true)`,
  );
}
