import { type RawBuilder, sql } from 'kysely';
import type { RunStatus } from '../../model/run-status.ts';

/** For `status in (…)`: literals rather than bound values, so that PostgreSQL can use the partial indexes. */
export function among(statuses: readonly RunStatus[]): RawBuilder<unknown> {
  return sql.join(statuses.map(status => sql.lit(status)));
}
