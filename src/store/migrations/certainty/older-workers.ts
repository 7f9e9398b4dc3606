/**
 * The release before removes members whom this one keeps in doubt, so that it begins no run on this schema: its claim, which
 * leaves `forgotten_before` empty, changes no row. It takes that for a busy directory and puts the task back, for a worker
 * of this release.
 */
export const createOlderWorkers = `
create function sync_run_leave_unclaimed() returns trigger language plpgsql as $$
begin
  return null;
end $$;
create trigger sync_run_older_worker before update of status on sync_run for each row
  when (old.status = 'queued' and new.status = 'reading' and new.forgotten_before is null)
  execute function sync_run_leave_unclaimed();
`;

export const dropOlderWorkers = `
drop trigger sync_run_older_worker on sync_run;
drop function sync_run_leave_unclaimed();
`;
