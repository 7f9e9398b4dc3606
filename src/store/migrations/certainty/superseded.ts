/**
 * The status `superseded` for runs that a newer run replaced; until now they were `rejected`, as if a user had rejected
 * them.
 */
export const createSuperseded = `
alter table sync_run drop constraint sync_run_status_check;
alter table sync_run add constraint sync_run_status_check check (status in
  ('queued', 'reading', 'planning', 'applying', 'held', 'succeeded', 'partial', 'failed', 'rejected', 'superseded'));
update sync_run set status = 'superseded', error_code = null where status = 'rejected' and error_code = 'superseded';
`;

export const dropSuperseded = `
update sync_run set status = 'rejected', error_code = 'superseded' where status = 'superseded';
alter table sync_run drop constraint sync_run_status_check;
alter table sync_run add constraint sync_run_status_check check (status in
  ('queued', 'reading', 'planning', 'applying', 'held', 'succeeded', 'partial', 'failed', 'rejected'));
`;
