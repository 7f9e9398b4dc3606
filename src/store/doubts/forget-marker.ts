import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { query } from '../sql.ts';

/** Has the next schedule read the directory, whatever its change marker says. */
export async function forgetMarker(em: EntityManager, directory: string): Promise<void> {
  await query(em, sql`update directory_state set marker = null where directory = ${directory}`);
}
