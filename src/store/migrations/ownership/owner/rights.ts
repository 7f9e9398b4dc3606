/**
 * For functions that read and write our own tables on behalf of whoever changes the application's: the application may
 * have a role of its own, which need not be allowed more than its own tables.
 */
export const WITH_OUR_RIGHTS = 'security definer set search_path from current';

/**
 * Before such functions are made: PostgreSQL looks for tables among a session's temporary ones first unless it is told
 * otherwise, and whoever has one of our names there would have the audit written to it.
 */
export const TEMPORARY_LAST = `select set_config('search_path', current_setting('search_path') || ', pg_temp', true);`;
