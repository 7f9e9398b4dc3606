/**
 * When a person confirmed the first run of a directory (`firstRun: confirm`), or it needed nobody to. Directories that
 * manage groups already have had theirs.
 */
export const createFirstRun = `
alter table directory_state add column confirmed_at timestamptz null;
update directory_state s set confirmed_at = now()
where exists (select from directory_group g where g.directory = s.directory and g.access_group_id is not null);
`;

export const dropFirstRun = `
alter table directory_state drop column confirmed_at;
`;
