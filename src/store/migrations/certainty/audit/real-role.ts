/** Makes the triggers ask for the real role of the session, which a session cannot change. */

import { REASON, RUN, recordManual } from '../../ownership/owner/members.ts';
import { BY_SYNC, TEMPORARY_LAST } from '../../ownership/owner/rights.ts';

/** All trigger functions. `ours`: they run with the rights of their owner. */
const TRIGGER_FUNCTIONS = {
  ours: [
    'membership_change_record_cascade',
    'membership_change_await_members',
    'access_group_check_link',
    'access_group_members_check_owner',
    'access_group_record_manual',
    'team_record_groups',
    'access_group_projects_record_manual',
  ],
  callers: [
    'membership_change_refuse_edit',
    'access_group_change_refuse_edit',
    'audit_seal_refuse_edit',
    'access_group_projects_check_team',
    'access_group_projects_refuse_move',
    'access_group_refuse_owner',
    'access_group_members_refuse_truncate',
    'rollcall_notify',
    'sync_run_add_to_total',
    'sync_run_leave_unclaimed',
  ],
} as const;

const ALL = [...TRIGGER_FUNCTIONS.ours, ...TRIGGER_FUNCTIONS.callers];

/** Only Rollcall itself writes the audit; the changes of others are written by the triggers. */
const MAY_WRITE_AUDIT = `has_table_privilege(session_user, 'membership_change'::regclass, 'insert')`;

/**
 * Default privileges may have given rights on all tables. Only the owner may change the audit or the list of migrations.
 */
const KEEP_AUDIT = `
do $$
declare
  granted record;
begin
  for granted in
    select distinct c.relname, a.grantee::regrole as role from pg_class c cross join aclexplode(c.relacl) a
    where c.relnamespace = current_schema()::regnamespace and a.grantee not in (0, c.relowner)
      and c.relname in ('membership_change', 'access_group_change', 'audit_seal', 'schema_migration')
  loop
    execute format('revoke update, delete, truncate on %I from %s', granted.relname, granted.role);
    if granted.relname = 'schema_migration' then
      execute format('revoke insert on schema_migration from %s', granted.role);
    end if;
  end loop;
end $$;`;

/**
 * The settings `rollcall.writer`, `rollcall.run` and `rollcall.reason` count only in sessions whose role may write the
 * audit. Every audit row keeps the role of its session. The body of ownership_by_sync is parsed now and not in each session, so
 * that the search path of a session cannot replace the functions that it calls.
 *
 * Each trigger function has its own search path. Only the owner may use the functions in further triggers: on a table
 * of another role, they would write audit rows about anything.
 */
export const createRealRole = `
alter table membership_change add column database_role text null;
alter table membership_change alter column database_role set default session_user;
alter table access_group_change add column database_role text null;
alter table access_group_change alter column database_role set default session_user;
create or replace function ownership_by_sync() returns boolean language sql stable
return coalesce(current_setting('rollcall.writer', true), '') = 'sync' and ${MAY_WRITE_AUDIT};
${recordManual(`case when ${MAY_WRITE_AUDIT} then ${RUN} end`, `case when ${MAY_WRITE_AUDIT} then ${REASON} else 'manual' end`)}
do $$
declare
  name text;
begin
  foreach name in array '{${ALL.join(',')}}'::text[] loop
    execute format('alter function %I() set search_path = pg_catalog, %I, pg_temp', name, current_schema());
    execute format('revoke execute on function %I() from public', name);
  end loop;
end $$;
${KEEP_AUDIT}
`;

export const dropRealRole = `
${TEMPORARY_LAST}
${ALL.map(name => `grant execute on function ${name}() to public;\n`).join('')}
${TRIGGER_FUNCTIONS.ours.map(name => `alter function ${name}() set search_path from current;\n`).join('')}
${TRIGGER_FUNCTIONS.callers.map(name => `alter function ${name}() reset search_path;\n`).join('')}
${recordManual()}
${BY_SYNC}
alter table access_group_change drop column database_role;
alter table membership_change drop column database_role;
`;
