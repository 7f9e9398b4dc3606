/** Triggers that protect managed groups from users and manual groups from syncs. */
import { WITH_OUR_RIGHTS } from './rights.ts';

/**
 * What a user may not do to a managed group, and a sync to a manual one. The triggers run before each row, so that
 * their reason is reported instead of the error of the link's foreign key. Their conditions spare a sync the function
 * calls. The deletion of a team deletes all its groups.
 */
export const createGroupOwner = `
create function access_group_refuse_owner() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and not exists (select from team where id = old.team_id) then
    return old;
  elsif ownership_by_sync() then
    raise exception 'access group "%" was made by hand: directory sync does not touch it', coalesce(old.name, new.name)
      using errcode = 'check_violation', constraint = 'access_group_manual', table = tg_table_name,
        hint = 'Adopt the group first.';
  elsif tg_op = 'UPDATE' and old.managed and new.managed then
    raise exception 'the name of access group "%" is the directory''s', old.name
      using errcode = 'check_violation', constraint = 'access_group_managed_name', table = tg_table_name,
        hint = 'Rename it in the directory, give its mapping another name, or release the group.';
  end if;
  raise exception 'access group "%" is for directory sync to make, release or delete', coalesce(old.name, new.name)
    using errcode = 'check_violation', constraint = 'access_group_managed', table = tg_table_name,
      hint = 'Adopt or release the group instead of setting managed, and release it before deleting it.';
end $$;
create trigger access_group_owner_insert before insert on access_group for each row
  when (new.managed <> ownership_by_sync()) execute function access_group_refuse_owner();
create trigger access_group_owner_update before update on access_group for each row
  when (case when ownership_by_sync() then not (old.managed or new.managed)
    else old.managed <> new.managed or old.managed and old.name <> new.name end)
  execute function access_group_refuse_owner();
create trigger access_group_owner_delete before delete on access_group for each row
  when (old.managed <> ownership_by_sync()) execute function access_group_refuse_owner();

-- At commit, because a group is made before its link and released after it.
create function access_group_check_link() returns trigger language plpgsql ${WITH_OUR_RIGHTS} as $$
declare
  subject integer;
  unlinked record;
begin
  if tg_table_name = 'access_group' then subject := new.id; else subject := old.access_group_id; end if;
  select g.name, t.slug into unlinked
  from access_group g
  join team t on t.id = g.team_id
  where g.id = subject and g.managed
    and not exists (select from directory_group d where d.access_group_id = g.id);
  if found then
    raise exception 'access group "%" of team "%" is managed, but no directory group is linked to it',
      unlinked.name, unlinked.slug
      using errcode = 'check_violation', constraint = 'access_group_managed_link', table = 'access_group',
        hint = 'Link and manage it, or unlink and release it, in one transaction.';
  end if;
  return null;
end $$;
create constraint trigger access_group_link_insert after insert on access_group
  deferrable initially deferred for each row when (new.managed) execute function access_group_check_link();
create constraint trigger access_group_link_update after update of managed on access_group
  deferrable initially deferred for each row when (new.managed) execute function access_group_check_link();
create constraint trigger directory_group_link_update after update of access_group_id on directory_group
  deferrable initially deferred for each row
  when (old.access_group_id is not null and old.access_group_id is distinct from new.access_group_id)
  execute function access_group_check_link();
create constraint trigger directory_group_link_delete after delete on directory_group
  deferrable initially deferred for each row when (old.access_group_id is not null)
  execute function access_group_check_link();
`;

export const dropGroupOwner = `
drop trigger directory_group_link_delete on directory_group;
drop trigger directory_group_link_update on directory_group;
drop trigger access_group_link_update on access_group;
drop trigger access_group_link_insert on access_group;
drop function access_group_check_link();
drop trigger access_group_owner_delete on access_group;
drop trigger access_group_owner_update on access_group;
drop trigger access_group_owner_insert on access_group;
drop function access_group_refuse_owner();
`;
