/** A run that a newer one made pointless was `rejected` until now, as if a person had refused it. */
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
