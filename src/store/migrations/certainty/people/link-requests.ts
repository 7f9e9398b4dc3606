/** The table of links between entries and local users that wait for confirmation, or that an operator decided about. */
import type { Core } from '../../../core/names.ts';

/** `decision` null: the link waits. `refuse`: no run makes the link. */
export function createLinkRequests(core: Core): string {
  return `
create table link_request (
  directory varchar(64) not null,
  external_id uuid not null,
  user_id integer not null constraint link_request_user_id_foreign references ${core.users.target} on delete cascade,
  dn text not null,
  username text null,
  matched_by varchar(16) not null
    constraint link_request_matched_by_check check (matched_by in ('username', 'email', 'created')),
  since timestamptz not null default now(),
  run_id bigint not null,
  decision varchar(8) null constraint link_request_decision_check check (decision in ('confirm', 'refuse')),
  decided_by varchar(150) null,
  decision_reason text null,
  decided_at timestamptz null,
  primary key (directory, external_id, user_id),
  constraint link_request_decided_check
    check (num_nulls(decision, decided_by, decision_reason, decided_at) in (0, 4))
);
create index link_request_user_id_index on link_request (user_id);
`;
}

export const dropLinkRequests = `
drop table link_request;
`;
