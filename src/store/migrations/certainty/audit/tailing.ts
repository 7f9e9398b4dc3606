/**
 * The transaction that wrote each audit row. Ids and times do not give the commit order, because a long transaction
 * commits after shorter ones that began later; rows are final once no earlier transaction is open. Rows from before
 * this column have 0 and so sort before all others.
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
