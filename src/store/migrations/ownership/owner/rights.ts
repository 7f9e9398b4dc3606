/**
 * For functions that read and write our own tables on behalf of whoever changes the application's: the application may
 * have a role of its own, which need not be allowed more than its own tables.
 */
export const WITH_OUR_RIGHTS = 'security definer set search_path from current';
