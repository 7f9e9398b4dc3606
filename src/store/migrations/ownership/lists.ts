/**
 * Indexes for the search and paging of a directory's groups and unresolved members. Names are truncated, because a
 * directory may send names that exceed the size limit of an index.
 */
export const createLists = `
create index directory_group_name_index on directory_group (directory, left(cn, 64), external_id);
create index directory_group_words_index on directory_group using gin (search_words(cn || ' ' || dn));
create index unresolved_member_directory_id_index on unresolved_member (directory, id);
create index unresolved_member_words_index on unresolved_member using gin (search_words(member));
`;

export const dropLists = `
drop index unresolved_member_words_index;
drop index unresolved_member_directory_id_index;
drop index directory_group_words_index;
drop index directory_group_name_index;
`;
