/** Triggers that protect and audit memberships. */
import type { Core } from '../../../core/names.ts';
import { recordCascade } from '../../first/audit.ts';
import { WITH_OUR_RIGHTS } from './rights.ts';

/** The run and the reason that the session names, as SQL expressions. */
export const RUN = "nullif(current_setting('rollcall.run', true), '')::bigint";
export const REASON = "coalesce(nullif(current_setting('rollcall.reason', true), ''), 'manual')";

/** Records the changes of users. `run` and `reason`: SQL expressions. */
export function recordManual(run = RUN, reason = REASON): string {
  return `create or replace function membership_change_record_manual(action text, groups integer[], users integer[])
returns void language sql as $$
  insert into membership_change
    (run_id, actor, action, access_group_id, user_id, username, group_name, team_slug, reason)
  select ${run}, ownership_actor(), action, g.id, u.id, u.username, g.name, t.slug, ${reason}
  from unnest(groups, users) as changed(group_id, user_id)
  join access_group g on g.id = changed.group_id
  join team t on t.id = g.team_id
  join auth_user u on u.id = changed.user_id
  order by g.id, u.id
$$;`;
}

/**
 * A directory owns the members of a managed group, and users own those of a manual group; neither may write the
 * other's. There is one check for each statement, because a first sync inserts half a million rows. Users' changes are
 * audited here, so that no change can bypass the audit. Memberships of a deleted user or group are deleted and audited
 * with it.
 */
export function createMemberOwner(core: Core): string {
  return `
${recordCascade(core, 'ownership_actor()', WITH_OUR_RIGHTS)}
${MEMBER_OWNER}`;
}

const MEMBER_OWNER = `
${recordManual()}

create function access_group_members_check_owner() returns trigger language plpgsql ${WITH_OUR_RIGHTS} as $$
declare
  by_sync constant boolean := ownership_by_sync();
  groups integer[] := '{}';
  wrong record;
begin
  if tg_op <> 'DELETE' then
    groups := array(select distinct access_group_id from arrived);
  end if;
  if tg_op <> 'INSERT' then
    groups := groups || array(
      select distinct d.access_group_id from departed d where exists (select from auth_user u where u.id = d.user_id)
    );
  end if;
  if not by_sync then
    -- Whoever changes managed waits for this lock, so nobody adopts the group between the check and our commit.
    perform from access_group where id = any(groups) order by id for key share;
  end if;
  select g.name, t.slug into wrong
  from access_group g
  join team t on t.id = g.team_id
  where g.id = any(groups) and g.managed <> by_sync
  order by g.id
  limit 1;
  if found and by_sync then
    raise exception 'access group "%" of team "%" was made by hand: directory sync does not change its members',
      wrong.name, wrong.slug
      using errcode = 'check_violation', constraint = 'access_group_members_manual', table = tg_table_name,
        hint = 'Adopt the group first.';
  elsif found then
    raise exception 'the members of access group "%" of team "%" are maintained by directory sync',
      wrong.name, wrong.slug
      using errcode = 'check_violation', constraint = 'access_group_members_managed', table = tg_table_name,
        hint = 'Change them in the directory, or release the group.';
  elsif by_sync then
    return null;
  end if;
  if tg_op <> 'INSERT' then
    perform membership_change_record_manual('remove', array_agg(access_group_id), array_agg(user_id)) from departed;
  end if;
  if tg_op <> 'DELETE' then
    perform membership_change_record_manual('add', array_agg(access_group_id), array_agg(user_id)) from arrived;
  end if;
  return null;
end $$;
create trigger access_group_members_owner_insert after insert on access_group_members
  referencing new table as arrived for each statement execute function access_group_members_check_owner();
create trigger access_group_members_owner_update after update on access_group_members
  referencing old table as departed new table as arrived
  for each statement execute function access_group_members_check_owner();
create trigger access_group_members_owner_delete after delete on access_group_members
  referencing old table as departed for each statement execute function access_group_members_check_owner();

create function access_group_members_refuse_truncate() returns trigger language plpgsql as $$
begin
  raise exception 'access_group_members cannot be truncated: no audit would tell who was in which group'
    using errcode = 'check_violation', constraint = 'access_group_members_truncate', table = tg_table_name,
      hint = 'Delete the rows.';
end $$;
create trigger access_group_members_owner_truncate before truncate on access_group_members
  for each statement execute function access_group_members_refuse_truncate();
`;

export function dropMemberOwner(core: Core): string {
  return `
drop trigger access_group_members_owner_truncate on access_group_members;
drop function access_group_members_refuse_truncate();
drop trigger access_group_members_owner_delete on access_group_members;
drop trigger access_group_members_owner_update on access_group_members;
drop trigger access_group_members_owner_insert on access_group_members;
drop function access_group_members_check_owner();
drop function membership_change_record_manual(text, integer[], integer[]);
${recordCascade(core, 'null')}
`;
}
