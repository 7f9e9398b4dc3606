/** SQL for conditions on the status of runs. */
import { type RawBuilder, sql } from 'kysely';
import type { RunStatus } from '../../model/run-status.ts';

/** For `status in (…)`. It uses literals instead of bound values so that PostgreSQL can use the partial indexes. */
export function statusList(statuses: readonly RunStatus[]): RawBuilder<unknown> {
  return sql.join(statuses.map(status => sql.lit(status)));
}
