/** The audit keeps names of any length, because an application may allow longer ones than Rollcall's own tables. */
export const createLongNames = `
alter table membership_change alter column username type text, alter column team_slug type text;
alter table access_group_change alter column team_slug type text;
`;

export const dropLongNames = `
alter table access_group_change alter column team_slug type varchar(50) using left(team_slug, 50);
alter table membership_change
  alter column username type varchar(30) using left(username, 30),
  alter column team_slug type varchar(50) using left(team_slug, 50);
`;
