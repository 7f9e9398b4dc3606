/**
 * Indexes of the audit by time, as a whole and for one run, because a BRIN index does not cover recent rows before a
 * VACUUM. The rows of a transaction share one time, so these indexes are small, and equal entries are sorted by id when
 * read. Also the rules of retention: rows may be deleted only in a transaction that declares itself as retention.
 * Memberships from before all writers were audited get a first row, so that a replay of the audit gives the current
 * memberships.
 */
export const createRetention = `
drop index membership_change_run_id_index;
create index membership_change_run_id_at_index on membership_change (run_id, at) where run_id is not null;
create index membership_change_at_index on membership_change (at);
create index access_group_change_at_index on access_group_change (at);
${refuseEdit('membership_change', 'on')}
${refuseEdit('access_group_change', 'on')}
insert into membership_change (action, access_group_id, user_id, username, group_name, team_slug, directory, reason)
select 'add', g.id, u.id, u.username, g.name, t.slug,
  (select min(d.directory) from directory_group d where d.access_group_id = g.id), 'before_audit'
from access_group_members m
join access_group g on g.id = m.access_group_id
join team t on t.id = g.team_id
join auth_user u on u.id = m.user_id
where 'add' is distinct from (
  select c.action from membership_change c
  where c.access_group_id = g.id and c.user_id = u.id
  order by c.id desc
  limit 1
)
order by g.id, u.id;
`;

export const dropRetention = `
${refuseEdit('access_group_change', undefined)}
${refuseEdit('membership_change', undefined)}
drop index access_group_change_at_index;
drop index membership_change_at_index;
drop index membership_change_run_id_at_index;
create index membership_change_run_id_index on membership_change using brin (run_id) with (pages_per_range = 16);
`;

/** `mark`: the value of `rollcall.retention` with which a transaction may delete rows; undefined: none may. */
export function refuseEdit(table: string, mark: string | undefined): string {
  const unlessOld = `  if tg_op = 'DELETE' and current_setting('rollcall.retention', true) = '${mark}' then
    return null;
  end if;
`;
  return `create or replace function ${table}_refuse_edit() returns trigger language plpgsql as $$
begin
${mark === undefined ? '' : unlessOld}  raise exception '${table} is append-only: % refused', tg_op using errcode = 'integrity_constraint_violation';
end $$;`;
}
