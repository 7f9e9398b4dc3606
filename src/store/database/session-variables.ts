import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { query } from './sql.ts';

/**
 * Says that the rest of this transaction is the sync's, or an ownership action on its behalf: the database then lets it
 * write managed groups, refuses it every other, and expects it to write its own audit.
 */
export async function markSync(em: EntityManager): Promise<void> {
  await query(em, sql`select set_config('rollcall.writer', 'sync', true)`);
}

/**
 * Says who the rest of this transaction is, and not the sync any more. The audit that the database writes itself names
 * them, and the run and the reason where there are some.
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
