/** Indexes for the search of people by what the directory calls them. */

/**
 * Each index has the beginning of a name or DN, because a directory may send values that exceed the size limit of an index. The
 * collation C serves searches by prefix under every locale.
 */
export const createSearch = `
create index directory_user_username_search_index on directory_user (lower(left(username, 64) collate "C"));
create index directory_user_dn_search_index on directory_user (lower(left(dn, 200) collate "C"));
`;

export const dropSearch = `
drop index directory_user_username_search_index, directory_user_dn_search_index;
`;
