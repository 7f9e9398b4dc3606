/** A reason for runs that revert another run; the column for the reverted run already exists. */
export const createReverting = `
alter table sync_run
  add column revert_reason text null,
  add constraint sync_run_reverts_check
    check (num_nulls(reverts, revert_reason) in (0, 2) and (reverts is null or reverts < id and mode = 'apply'));
create index sync_run_reverts_index on sync_run (reverts) where reverts is not null;
`;

export const dropReverting = `
drop index sync_run_reverts_index;
alter table sync_run drop constraint sync_run_reverts_check, drop column revert_reason;
`;
