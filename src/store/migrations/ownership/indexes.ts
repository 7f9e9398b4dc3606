/** Indexes for lists. */
import type { Core } from '../../core/names.ts';

/**
 * Indexes for the search and paging of lists. Words match by prefix ("api" finds "eng-api") with built-in features
 * only: the full-text configuration `simple`, which neither stems nor drops words. The function has a high cost and is
 * not inlined, so that the planner looks up rare words and scans names only for frequent ones.
 */
export function createIndexes(core: Core): string {
  return `
create function search_words(name text) returns tsvector language plpgsql immutable parallel safe cost 5000 as $$
begin
  return to_tsvector('pg_catalog.simple', translate(name, '-_./@', '     '));
end $$;
create index access_group_words_index on access_group using gin (search_words(name));
create index access_group_name_id_index on access_group (name, id);
${core.users.isOurs ? USER_INDEXES : ''}`;
}

export function dropIndexes(core: Core): string {
  return `
${core.users.isOurs ? DROP_USER_INDEXES : ''}
drop index access_group_name_id_index;
drop index access_group_words_index;
drop function search_words(text);
`;
}

const USER_INDEXES = `create index auth_user_words_index on auth_user
  using gin (search_words(username || ' ' || full_name || ' ' || split_part(email, '@', 1)));
create index auth_user_superuser_index on auth_user (id) where is_superuser;
`;

const DROP_USER_INDEXES = `drop index auth_user_superuser_index;
drop index auth_user_words_index;`;
