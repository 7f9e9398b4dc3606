/** Notifies the listeners of the channel `rollcall` of changes to groups and memberships. */

/** PostgreSQL refuses a payload of 8000 bytes. 500 ids of 10 digits, each with a comma, stay well below. */
const MAX_GROUPS = 500;

/**
 * One trigger for each audit table, because every change of a membership or group, by a sync, a user or a script,
 * writes its audit row. It runs once for each statement. PostgreSQL sends the notification at commit and sends equal
 * ones of a transaction once. The payload has ids only: every role that may connect can listen.
 */
export const createNotification = `
create function rollcall_notify() returns trigger language plpgsql as $$
declare
  note record;
begin
  for note in
    select run_id as run, array_agg(distinct access_group_id) as groups from arrived group by run_id
  loop
    perform pg_notify('rollcall', json_build_object('run', note.run, 'groups',
      case when cardinality(note.groups) > ${MAX_GROUPS} then to_json('many'::text) else to_json(note.groups) end
    )::text);
  end loop;
  return null;
end $$;
create trigger membership_change_notify after insert on membership_change
  referencing new table as arrived for each statement execute function rollcall_notify();
create trigger access_group_change_notify after insert on access_group_change
  referencing new table as arrived for each statement execute function rollcall_notify();
`;

export const dropNotification = `
drop trigger access_group_change_notify on access_group_change;
drop trigger membership_change_notify on membership_change;
drop function rollcall_notify();
`;
