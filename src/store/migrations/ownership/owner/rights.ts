/**
 * The clause for functions that read and write Rollcall's tables when the application changes its own, because the
 * application's role may lack rights on Rollcall's tables.
 */
export const WITH_OUR_RIGHTS = 'security definer set search_path from current';

/**
 * Runs before such functions are created. By default PostgreSQL searches the temporary tables of a session first, so a
 * temporary table with the name of one of ours would receive the audit.
 */
export const TEMPORARY_LAST = `select set_config('search_path', current_setting('search_path') || ', pg_temp', true);`;

/** Whether the transaction says that it is the sync's. */
export const BY_SYNC = `create or replace function ownership_by_sync() returns boolean language sql stable as $$
  select coalesce(current_setting('rollcall.writer', true), '') = 'sync'
$$;`;
