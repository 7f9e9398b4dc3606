/** Makes the audit of a deleted team include memberships that are added concurrently. */
import { TEMPORARY_LAST, WITH_OUR_RIGHTS } from '../ownership/owner/rights.ts';

/**
 * A transaction that adds a membership while the team is deleted holds a lock on the group. The trigger waits for these
 * transactions before it records the memberships, so that each membership has an audit row for its end. Its name sorts
 * before `team_audit`, so it runs first.
 */
export const createTeamAudit = `
${TEMPORARY_LAST}
create function membership_change_await_members() returns trigger language plpgsql ${WITH_OUR_RIGHTS} as $$
begin
  perform from access_group where team_id = old.id order by id for update;
  return old;
end $$;
create trigger team_a_await_members before delete on team
  for each row execute function membership_change_await_members();
`;

export const dropTeamAudit = `
drop trigger team_a_await_members on team;
drop function membership_change_await_members();
`;
