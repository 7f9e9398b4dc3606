/**
 * Decisions beyond a whole held run: some of its groups, a run to revert, a group to freeze. Also the settings of a
 * directory's last read, because a change makes the guard stricter, and the source of a member value.
 */
export const createDecisions = `
alter table sync_run
  add column approved_groups integer[] null,
  add column reverts bigint null;
alter table directory_group
  add column frozen_at timestamptz null,
  add column frozen_by varchar(150) null,
  add column frozen_reason text null,
  add column rejected_run bigint null,
  add constraint directory_group_frozen_check check (num_nulls(frozen_at, frozen_by, frozen_reason) in (0, 3));
alter table directory_state
  add column id_attribute varchar(64) null,
  add column normalisation varchar(64) null;
alter table unresolved_member add column attribute text null;
alter table sync_run_group drop constraint sync_run_group_outcome_check;
alter table sync_run_group add constraint sync_run_group_outcome_check check (outcome in
  ('pending', 'applied', 'unchanged', 'superseded', 'failed', 'held', 'rejected', 'planned', 'noted'));
`;

export const dropDecisions = `
alter table unresolved_member drop column attribute;
update sync_run_group set outcome = 'superseded' where outcome = 'rejected';
alter table sync_run_group drop constraint sync_run_group_outcome_check;
alter table sync_run_group add constraint sync_run_group_outcome_check check (outcome in
  ('pending', 'applied', 'unchanged', 'superseded', 'failed', 'held', 'planned', 'noted'));
alter table directory_state drop column normalisation, drop column id_attribute;
alter table directory_group drop column rejected_run, drop column frozen_reason, drop column frozen_by, drop column frozen_at;
alter table sync_run drop column reverts, drop column approved_groups;
`;
