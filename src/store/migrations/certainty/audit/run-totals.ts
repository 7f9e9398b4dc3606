/**
 * `run_total`: how many runs ended with each status, and how many memberships they added and removed. Retention deletes runs, but
 * never lowers these totals.
 */
export const createRunTotals = `
create table run_total (
  directory varchar(64) not null,
  status varchar(16) not null,
  runs bigint not null default 0,
  added bigint not null default 0,
  removed bigint not null default 0,
  primary key (directory, status)
);
insert into run_total (directory, status, runs, added, removed)
  select directory, status, count(*), coalesce(sum((counts #>> '{applied,added}')::bigint), 0),
    coalesce(sum((counts #>> '{applied,removed}')::bigint), 0)
  from sync_run where finished_at is not null and mode = 'apply' group by directory, status;

create function sync_run_add_to_total() returns trigger language plpgsql as $$
begin
  insert into run_total as t (directory, status, runs, added, removed)
  values (new.directory, new.status, 1, coalesce((new.counts #>> '{applied,added}')::bigint, 0),
    coalesce((new.counts #>> '{applied,removed}')::bigint, 0))
  on conflict (directory, status) do update
  set runs = t.runs + 1, added = t.added + excluded.added, removed = t.removed + excluded.removed;
  return null;
end $$;
create trigger sync_run_total after update of finished_at on sync_run for each row
  when (old.finished_at is null and new.finished_at is not null and new.mode = 'apply')
  execute function sync_run_add_to_total();
`;

export const dropRunTotals = `
drop trigger sync_run_total on sync_run;
drop function sync_run_add_to_total();
drop table run_total;
`;
