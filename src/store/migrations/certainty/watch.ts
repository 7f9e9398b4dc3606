/**
 * `service_process`: the processes of the service, which report that they are alive.
 *
 * `directory_watch`: the watch of each directory.
 *
 * A run can read what hints point at: changed entries, or a person. A run of a person has a group_name, so that the previous
 * release does not take it for a run of the whole directory.
 */
export const createWatch = `
create table service_process (
  id uuid primary key,
  name text not null,
  roles text[] not null,
  version text not null,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  ended_at timestamptz
);
create table directory_watch (
  directory varchar(64) primary key,
  owner varchar(200),
  lease_until timestamptz,
  mechanism varchar(32) constraint directory_watch_mechanism_check
    check (mechanism in ('syncrepl', 'persistent search', 'notification', 'polling')),
  server text,
  since timestamptz,
  current_at timestamptz,
  changed_at timestamptz,
  problem text,
  reported bigint not null default 0,
  reopened bigint not null default 0,
  hints bigint not null default 0,
  hint_seconds double precision not null default 0,
  hint_buckets bigint[] not null default '{}',
  lags bigint not null default 0,
  lag_seconds double precision not null default 0,
  lag_buckets bigint[] not null default '{}'
);
alter table sync_run add column names_user boolean not null default false;
drop index sync_run_one_queued;
create unique index sync_run_one_queued
  on sync_run (directory, mode, md5(coalesce(group_name, '')), names_user, coalesce(approves, 0)) where status = 'queued';
create index directory_user_dn_index on directory_user using hash (dn);
create index directory_group_dn_index on directory_group using hash (dn);
alter table sync_run drop constraint sync_run_trigger_check;
alter table sync_run add constraint sync_run_trigger_check check (trigger in ('schedule', 'manual', 'change'));
alter table alarm drop constraint alarm_kind_check;
alter table alarm add constraint alarm_kind_check check (kind in ('held', 'failed', 'doubt', 'password', 'stale'));
`;

export const dropWatch = `
delete from sync_run where names_user and status = 'queued';
drop index sync_run_one_queued;
alter table sync_run drop column names_user;
create unique index sync_run_one_queued on sync_run (directory, mode, md5(coalesce(group_name, '')), coalesce(approves, 0))
  where status = 'queued';
update sync_run set trigger = 'schedule' where trigger = 'change';
alter table sync_run drop constraint sync_run_trigger_check;
alter table sync_run add constraint sync_run_trigger_check check (trigger in ('schedule', 'manual'));
delete from alarm where kind = 'stale';
alter table alarm drop constraint alarm_kind_check;
alter table alarm add constraint alarm_kind_check check (kind in ('held', 'failed', 'doubt', 'password'));
drop table directory_watch;
drop table service_process;
drop index directory_user_dn_index, directory_group_dn_index;
`;
