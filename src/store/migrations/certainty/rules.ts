/**
 * `directory_rules`: the configuration with which runs plan a directory, without its connection and secrets, and since when.
 * `json` keeps the order of the keys, so that the configuration has the same digest as in the runs.
 *
 * `shadow_change`: what the last run that planned everything would have done to the groups in shadow, in the order of its plan.
 *
 * Without references to users and groups, because the next run writes the rows again. `since`: when a run first found that the
 * group differs. `new_users`: members without a local user, whom a run without `shadow` would create.
 */
export const createDirectoryRules = `
create table directory_rules (
  directory varchar(64) primary key,
  rules json not null,
  since timestamptz not null
);
create table shadow_change (
  directory varchar(64) not null,
  seq integer not null,
  dn text not null,
  mapping text not null,
  kind varchar(16) not null,
  access_group_id integer,
  team text not null,
  name text not null,
  previous_name text,
  to_add integer[] not null,
  new_users text[] not null,
  to_remove integer[] not null,
  facts jsonb,
  held integer not null,
  reason text,
  explanation text,
  run_id bigint not null,
  since timestamptz not null,
  primary key (directory, seq)
);
create index shadow_change_access_group_id_index on shadow_change (access_group_id);
`;

export const dropDirectoryRules = `
drop table directory_rules, shadow_change;
`;
