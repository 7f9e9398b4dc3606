/** Lists the links of directory entries to local users, and those that wait or were refused. */
import { sql } from 'kysely';
import type { Page } from '../../model/access.ts';
import type { LinkKey, LinkListRequest, ListedLink } from '../../model/operations/links.ts';
import type { Database } from '../database/database.ts';
import { fromEpochMs } from '../database/level.ts';
import { afterKey, pageOf } from '../database/page.ts';
import { query } from '../database/sql.ts';

type LinkRow = Omit<ListedLink, 'since'> & { readonly sinceMs: number | null };

/** Sorted by username, directory and entry. */
export async function listLinks(
  db: Database,
  { limit, after, username, directory, state }: LinkListRequest,
): Promise<Page<ListedLink, LinkKey>> {
  const rows = await query(
    db.orm.em.fork(),
    sql<LinkRow>`
      select u.username, u.full_name as "fullName", l.directory, l.state, l.external_id::text as entry, l.dn,
        l.username as "entryUsername", l.matched_by as "matchedBy", l.run_id::float8 as "runId",
        extract(epoch from l.since)::float8 * 1000 as "sinceMs", l.decided_by as "decidedBy",
        l.decision_reason as "decidedReason"
      from (
        select directory, external_id, user_id, dn, username, matched_by, run_id, 'linked' as state,
          null::timestamptz as since, null as decided_by, null as decision_reason
        from directory_user
        union all
        select directory, external_id, user_id, dn, username, matched_by, run_id,
          case when decision is null then 'waiting' else 'refused' end, coalesce(decided_at, since),
          decided_by, decision_reason
        from link_request where decision is distinct from 'confirm'
      ) l
      join auth_user u on u.id = l.user_id
      where true
        ${username === undefined ? sql`` : sql`and u.username = ${username}`}
        ${directory === undefined ? sql`` : sql`and l.directory = ${directory}`}
        ${state === undefined ? sql`` : sql`and l.state = ${state}`}
        ${afterKey(sql`u.username, l.directory, l.external_id::text`, after)}
      order by u.username, l.directory, l.external_id::text
      limit ${limit + 1}`,
  );
  const page = pageOf(rows, limit, (row): LinkKey => [row.username, row.directory, row.entry]);
  const items = page.items.map(({ sinceMs, ...row }) => ({ ...row, since: fromEpochMs(sinceMs) }));
  return { ...page, items };
}
