/** Makes the database enforce who may write managed and manual groups. */
import type { Core } from '../../core/names.ts';
import { createManualEvents, dropManualEvents } from './owner/events.ts';
import { createGroupOwner, dropGroupOwner } from './owner/groups.ts';
import { createMemberOwner, dropMemberOwner } from './owner/members.ts';
import { BY_SYNC, TEMPORARY_LAST } from './owner/rights.ts';

/**
 * Who may write what. The mark prevents mistakes, not malice: a session that may set it may do everything. A
 * transaction without the mark counts as a user or script, named by the API's setting or else by the role of the
 * connection.
 */
export function createOwner(core: Core): string {
  return `
${TEMPORARY_LAST}
${BY_SYNC}
create function ownership_actor() returns text language sql stable as $$
  select left(coalesce(nullif(current_setting('rollcall.actor', true), ''), session_user::text), 150)
$$;
create function ownership_directory(access_group integer) returns text language sql stable as $$
  select min(directory) from directory_group where access_group_id = access_group
$$;
${createMemberOwner(core)}
${createGroupOwner}
${createManualEvents(core)}
`;
}

export function dropOwner(core: Core): string {
  return `
${dropManualEvents(core)}
${dropGroupOwner}
${dropMemberOwner(core)}
drop function ownership_directory(integer);
drop function ownership_actor();
drop function ownership_by_sync();
`;
}
