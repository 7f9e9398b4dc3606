/** Makes the audit of a deleted team include memberships that are added concurrently. */
import type { Core } from '../../../core/names.ts';
import { TEMPORARY_LAST, WITH_OUR_RIGHTS } from '../../ownership/owner/rights.ts';

/**
 * A transaction that adds a membership while the team is deleted holds a lock on the group. The trigger waits for these
 * transactions before it records the memberships, so that each membership has an audit row for its end. Its name sorts
 * before `team_audit`, so it runs first.
 */
export function createTeamAudit(core: Core): string {
  return `
${TEMPORARY_LAST}
create function membership_change_await_members() returns trigger language plpgsql ${WITH_OUR_RIGHTS} as $$
begin
  perform from access_group where team_id = ${core.teams.old('id')} order by id for update;
  return old;
end $$;
create trigger ${core.teams.trigger('team_a_await_members')} before delete on ${core.teams.table}
  for each row execute function membership_change_await_members();
`;
}

export function dropTeamAudit(core: Core): string {
  return `
drop trigger ${core.teams.trigger('team_a_await_members')} on ${core.teams.table};
drop function membership_change_await_members();
`;
}
