/** Records which configuration the runs of a directory use, so that a proposed one can be compared with it. */
import { sql } from 'kysely';
import type { DirectoryRules } from '../../model/operations/comparison.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Database } from '../database/database.ts';
import { jsonOf, query } from '../database/sql.ts';
import { execute } from '../database/transaction.ts';

export interface RunningRules {
  readonly directory: string;
  readonly rules: DirectoryRules;
  /** When a run used them first. */
  readonly since: Date;
}

/** Records the rules of a run. Writes nothing if the last run had the same. */
export async function recordRules(db: Database, settings: DirectorySettings): Promise<void> {
  await execute(
    db,
    sql`
      insert into directory_rules as known (directory, rules, since)
      values (${settings.name}, ${jsonOf(rulesOf(settings))}::json, now())
      on conflict (directory) do update set rules = excluded.rules, since = excluded.since
      where known.rules::text <> excluded.rules::text`,
  );
}

/** The rules that the last run of each directory used. */
export async function runningRules(db: Database): Promise<readonly RunningRules[]> {
  const rows = await query(
    db.orm.em.fork(),
    sql<Omit<RunningRules, 'since'> & { readonly ms: number }>`
      select directory, rules, extract(epoch from since)::float8 * 1000 as ms from directory_rules order by directory`,
  );
  return rows.map(({ ms, ...row }) => ({ ...row, since: new Date(ms) }));
}

/** The part of the settings that decides about groups and members. Contains no secret. */
export function rulesOf(settings: DirectoryRules): DirectoryRules {
  const { vendor, idAttribute, sentinels, referrals, secondOpinion, users, groups } = settings;
  const { protect, guard, graceMs, onMissingGroup, firstRun, mappings } = settings;
  const selection = { vendor, idAttribute, sentinels, referrals, secondOpinion, users, groups };
  return { ...selection, protect, guard, graceMs, onMissingGroup, firstRun, mappings };
}
