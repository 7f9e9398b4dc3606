import { TEMPORARY_LAST, WITH_OUR_RIGHTS } from '../ownership/owner/rights.ts';

/**
 * A membership that another transaction is adding while the team is deleted holds its group. The rows that the audit takes
 * down are read when those transactions are over, so that none of them ends without a trace. By its name this trigger
 * comes before `team_audit`.
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
