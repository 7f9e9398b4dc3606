/** How far each webhook has been notified of membership changes, and notices that belong to no alarm. */
export const createChangePosition = `
create table webhook_position (
  webhook varchar(64) primary key,
  cursor varchar(64) not null
);
alter table notice alter column alarm_id drop not null;
`;

export const dropChangePosition = `
delete from notice where alarm_id is null;
alter table notice alter column alarm_id set not null;
drop table webhook_position;
`;
