/** Records who requested a run, and why. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Decision, Run } from '../../model/run.ts';
import { storable } from '../../text/storable.ts';
import { query } from '../database/sql.ts';
import { findRun } from './run-record.ts';

/** Adds a user and a reason to a run. A run that already waits keeps its earlier reasons. */
export async function recordReason(
  em: EntityManager,
  id: number,
  { by, reason }: Omit<Decision, 'at'>,
): Promise<Run> {
  await query(
    em,
    sql`
      update sync_run
      set decided_by = ${by}, decision_reason = concat_ws('; ', decision_reason, ${storable(reason)}::text), decided_at = now()
      where id = ${id}`,
  );
  return findRun(em, id);
}
