/**
 * Keeps workers of the previous release from beginning runs on this schema, because they would remove members whom this
 * release keeps in doubt. Their claim leaves `forgotten_before` empty and therefore changes no row. The old worker
 * treats that as a busy directory and returns the task to the queue for a worker of this release.
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
