/**
 * `forgotten`: how many times the change marker of a directory was reset. A run stores the number when it begins. It
 * saves its own marker only if the number is unchanged when its plan is saved.
 */
export const createOutcomes = `
alter table directory_state add column forgotten integer not null default 0;
alter table sync_run add column forgotten_before bigint null;
`;

export const dropOutcomes = `
alter table sync_run drop column forgotten_before;
alter table directory_state drop column forgotten;
`;
