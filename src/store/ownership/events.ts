/** Records ownership actions in the audit of groups. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Act } from '../../model/ownership.ts';
import { storable } from '../../text/storable.ts';
import { intArray, query } from '../database/sql.ts';
import type { GroupAction } from '../entities/audit.ts';

/** Inserts one audit row for each of these AccessGroups, with their current names. */
export async function recordEvents(
  em: EntityManager,
  groups: readonly number[],
  event: Act & { readonly action: GroupAction; readonly directory: string | null },
): Promise<void> {
  const { action, directory, by, reason } = event;
  await query(
    em,
    sql`
      insert into access_group_change (actor, action, access_group_id, group_name, team_slug, directory, reason)
      select ${by}, ${action}, g.id, g.name, t.slug, ${directory}, ${storable(reason)}
      from access_group g
      join team t on t.id = g.team_id
      where g.id = any(${intArray(groups)}::integer[])
      order by g.id`,
  );
}
