/** The seals of the audit: a chain of hashes over the rows of each transaction. */
import { refuseEdit } from '../../ownership/retention.ts';

/**
 * `rows`: a seal of the rows of one transaction. `retention`, `restore`: a seal of all rows up to that transaction, which
 * replaces their earlier seals. Of the rows whose id is below a border, retention keeps only those that a replay needs.
 *
 * The mark of retention differs from that of the previous release, so that an instance of that release cannot
 * remove sealed rows.
 */
export const createSeals = `
create table audit_seal (
  number bigint primary key,
  kind varchar(16) not null constraint audit_seal_kind_check check (kind in ('rows', 'retention', 'restore')),
  sealed_at timestamptz not null,
  xact xid8 not null,
  row_count bigint not null,
  digest text not null,
  member_border bigint not null,
  group_border bigint not null,
  intact boolean not null,
  previous text not null,
  head text not null
);
create index audit_seal_xact_index on audit_seal (xact);
${refuseEdit('membership_change', 'sealed')}
${refuseEdit('access_group_change', 'sealed')}
${refuseEdit('audit_seal', 'sealed')}
create trigger audit_seal_append_only before update or delete or truncate on audit_seal
  for each statement execute function audit_seal_refuse_edit();
`;

export const dropSeals = `
drop table audit_seal;
drop function audit_seal_refuse_edit();
${refuseEdit('access_group_change', 'on')}
${refuseEdit('membership_change', 'on')}
`;
