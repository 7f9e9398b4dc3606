/**
 * `directory_rules`: the configuration with which runs plan a directory, without its connection and secrets, and since when.
 * `json` keeps the order of the keys, so that the configuration has the same digest as in the runs.
 */
export const createDirectoryRules = `
create table directory_rules (
  directory varchar(64) primary key,
  rules json not null,
  since timestamptz not null
);
`;

export const dropDirectoryRules = `
drop table directory_rules;
`;
