/** Tables of doubts and unresolved references. */
import type { Core } from '../../core/names.ts';

/**
 * The basis of removals.
 *
 * `unresolved_reference`: member values that led to no single entry in the last complete read. `since` is the first of the
 * consecutive complete reads with this result. `groups` are the directory groups that have the value, and whether each had members
 * when the value was first found in it. The table also has the causes of memberships: nested groups, memberURLs and values with a
 * bit string. Their `groups` are those that have the cause as a value, each by its identity, or by its DN if it shows none.
 *
 * `directory_entry_change`: when the groups and their nested groups had last changed, as their server wrote it.
 *
 * `membership_doubt`: members who stay although no known value names them, because an unresolved value may name them.
 */
export function createDoubts(core: Core): string {
  return `
alter table directory_state add column position text null;
alter table directory_user add column username text null;

-- A key holds a DN of any length, longer than a B-tree takes: its hash is unique instead.
create table unresolved_reference (
  directory varchar(64) not null,
  key_hash uuid not null generated always as (md5(key)::uuid) stored,
  key text not null,
  absent boolean not null,
  groups jsonb not null default '{}',
  since timestamptz not null default now(),
  run_id bigint not null,
  primary key (directory, key_hash)
);

create table directory_entry_change (
  directory varchar(64) not null,
  external_id uuid not null,
  changed_at text not null,
  primary key (directory, external_id)
);

create table membership_doubt (
  access_group_id integer not null
    constraint membership_doubt_access_group_id_foreign references access_group on delete cascade,
  user_id integer not null constraint membership_doubt_user_id_foreign references ${core.users.target} on delete cascade,
  directory varchar(64) not null,
  kind varchar(32) not null,
  keys text[] not null,
  dns text[] not null,
  since timestamptz not null default now(),
  run_id bigint not null,
  decision varchar(8) null constraint membership_doubt_decision_check check (decision in ('keep', 'remove')),
  decided_by varchar(150) null,
  decision_reason text null,
  decided_at timestamptz null,
  primary key (access_group_id, user_id),
  constraint membership_doubt_decided_check
    check (num_nulls(decision, decided_by, decision_reason, decided_at) in (0, 4))
);
create index membership_doubt_user_id_index on membership_doubt (user_id);
create index membership_doubt_directory_index on membership_doubt (directory, since);

alter table sync_run_group add column kept integer[] null, add column facts jsonb null;
alter table sync_run_group drop constraint sync_run_group_kind_check;
alter table sync_run_group add constraint sync_run_group_kind_check check (kind in
  ('create', 'rename', 'update', 'missing', 'retire', 'conflict', 'unknown', 'doubt'));
alter table alarm drop constraint alarm_kind_check;
alter table alarm add constraint alarm_kind_check check (kind in ('held', 'failed', 'doubt', 'password'));
`;
}

export const dropDoubts = `
delete from alarm where kind in ('doubt', 'password');
alter table alarm drop constraint alarm_kind_check;
alter table alarm add constraint alarm_kind_check check (kind in ('held', 'failed'));
delete from sync_run_group where kind = 'doubt';
alter table sync_run_group drop constraint sync_run_group_kind_check;
alter table sync_run_group add constraint sync_run_group_kind_check check (kind in
  ('create', 'rename', 'update', 'missing', 'retire', 'conflict', 'unknown'));
alter table sync_run_group drop column kept, drop column facts;
drop table membership_doubt;
drop table directory_entry_change;
drop table unresolved_reference;
alter table directory_user drop column username;
alter table directory_state drop column position;
`;
