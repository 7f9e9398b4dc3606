/**
 * Which transaction wrote a row of the audit. Neither ids nor times say in which order rows became visible, because a long
 * transaction commits behind shorter ones; that no transaction before this one goes on any more does. Rows from before this
 * column are 0: older than all others.
 */
export const createTailing = ['membership_change', 'access_group_change']
  .map(
    table => `
alter table ${table} add column xact xid8 not null default '0';
alter table ${table} alter column xact set default pg_current_xact_id();
create index ${table}_xact_index on ${table} (xact, id);
`,
  )
  .join('');

export const dropTailing = ['membership_change', 'access_group_change']
  .map(table => `alter table ${table} drop column xact;\n`)
  .join('');
