/**
 * The audit in the order of time, as a whole and of one run: a BRIN index knows nothing of rows that no VACUUM has seen
 * yet, and those are the ones that are asked about. Rows of a transaction have one instant, so these indexes are small,
 * and what is equal in them is sorted by id when it is read. And its end: rows go only in a transaction that says it is there to remove old ones.
 * Memberships from before every writer was audited get a first row, so that the audit replays to what is there.
 */
export const createRetention = `
drop index membership_change_run_id_index;
create index membership_change_run_id_at_index on membership_change (run_id, at) where run_id is not null;
create index membership_change_at_index on membership_change (at);
create index access_group_change_at_index on access_group_change (at);
${refuseEdit('membership_change', 'unless old')}
${refuseEdit('access_group_change', 'unless old')}
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
${refuseEdit('access_group_change', 'always')}
${refuseEdit('membership_change', 'always')}
drop index access_group_change_at_index;
drop index membership_change_at_index;
drop index membership_change_run_id_at_index;
create index membership_change_run_id_index on membership_change using brin (run_id) with (pages_per_range = 16);
`;

function refuseEdit(table: string, when: 'always' | 'unless old'): string {
  const unlessOld = `  if tg_op = 'DELETE' and current_setting('rollcall.retention', true) = 'on' then
    return null;
  end if;
`;
  return `create or replace function ${table}_refuse_edit() returns trigger language plpgsql as $$
begin
${when === 'always' ? '' : unlessOld}  raise exception '${table} is append-only: % refused', tg_op using errcode = 'integrity_constraint_violation';
end $$;`;
}
