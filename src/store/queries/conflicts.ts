/** Lists directory groups that are in conflict. */
import { sql } from 'kysely';
import type { ConflictFilter, ConflictGroup, ConflictKey, Page } from '../../model/access.ts';
import type { Database } from '../database/database.ts';
import { pageOf } from '../database/page.ts';
import { query } from '../database/sql.ts';
import { IN_CONFLICT } from './group-facts.ts';

/** Lists directory groups in conflict by name, so that groups that want the same name are adjacent. */
export async function listConflicts(
  db: Database,
  { limit, after, directory, search = '' }: ConflictFilter,
): Promise<Page<ConflictGroup, ConflictKey>> {
  const [cn = '', of = '', id = ''] = after ?? [];
  const rows = await query(
    db.orm.em.fork(),
    sql<ConflictGroup & { readonly externalId: string }>`
      select cn as name, directory, external_id as "externalId", mapping, coalesce(reason, 'conflict') as reason, dn
      from directory_group d
      where ${IN_CONFLICT} and (${directory ?? null}::text is null or directory = ${directory ?? null})
        and strpos(lower(cn), lower(${search})) > 0
        and (${after === undefined} or (cn, directory, external_id::text) > (${cn}, ${of}, ${id}))
      order by cn, directory, external_id::text
      limit ${limit + 1}`,
  );
  const page = pageOf(rows, limit, (row): ConflictKey => [row.name, row.directory, row.externalId]);
  return {
    ...page,
    items: page.items.map(({ name, directory, mapping, reason, dn }) => ({
      name,
      directory,
      mapping,
      reason,
      dn,
    })),
  };
}
