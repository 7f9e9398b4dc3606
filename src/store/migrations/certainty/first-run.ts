/**
 * When a user confirmed the first run of a directory (`firstRun: confirm`), or when a run needed no confirmation. Directories
 * that already manage groups count as confirmed.
 */
export const createFirstRun = `
alter table directory_state add column confirmed_at timestamptz null;
update directory_state s set confirmed_at = now()
where exists (select from directory_group g where g.directory = s.directory and g.access_group_id is not null);
`;

export const dropFirstRun = `
alter table directory_state drop column confirmed_at;
`;
