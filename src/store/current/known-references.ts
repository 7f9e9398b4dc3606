/** Loads the unresolved references, the last changes of groups, and the doubts that a directory has on record. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { KnownGroup } from '../../model/current.ts';
import { CAUSE_PREFIXES, type KnownDoubt, type KnownReference } from '../../model/doubt.ts';
import type { EntryChange, ExternalId } from '../../model/snapshot.ts';
import { query } from '../database/sql.ts';

/**
 * Loads the values that the last complete read of a directory could not resolve, by key, with the time since when.
 * @param groups limits the causes of memberships to those of these directory groups: they are most of the rows
 */
export async function loadReferences(
  em: EntityManager,
  directory: string,
  groups: readonly KnownGroup[] | undefined,
): Promise<ReadonlyMap<string, KnownReference>> {
  const isCause = sql`r.key like any(${CAUSE_PREFIXES.map(prefix => `${prefix}%`)}::text[])`;
  const ids = groups?.map(({ externalId }) => externalId);
  const rows = await query(
    em,
    sql<KnownReference & { readonly key: string }>`
      select r.key, r.absent, r.groups, extract(epoch from now() - r.since)::float8 * 1000 as "ageMs",
        coalesce(r.since < s.last_complete_at, false) as repeated
      from unresolved_reference r
      left join directory_state s on s.directory = r.directory
      where r.directory = ${directory} ${ids ? sql`and (not ${isCause} or r.groups ?| ${ids}::text[])` : sql``}`,
  );
  return new Map(rows.map(({ key, ...known }) => [key, known]));
}

/** Loads when groups and nested groups had last changed. `only`: the wanted groups; default: all. */
export async function loadEntryChanges(
  em: EntityManager,
  directory: string,
  only: readonly ExternalId[] | undefined,
): Promise<ReadonlyMap<ExternalId, string>> {
  const some = only && sql`and external_id = any(${only}::uuid[])`;
  const rows = await query(
    em,
    sql<EntryChange>`
      select external_id as "externalId", changed_at as "changedAt"
      from directory_entry_change
      where directory = ${directory} ${some ?? sql``}`,
  );
  return new Map(rows.map(({ externalId, changedAt }) => [externalId, changedAt]));
}

type DoubtRow = Omit<KnownDoubt, 'decision'> & { readonly decision: KnownDoubt['decision'] | null };

/** Loads the members in doubt of a directory's groups, with the decisions of administrators. */
export async function loadDoubts(em: EntityManager, directory: string): Promise<readonly KnownDoubt[]> {
  const rows = await query(
    em,
    sql<DoubtRow>`
      select access_group_id as "accessGroupId", user_id as "userId", kind, keys, dns, decision
      from membership_doubt
      where directory = ${directory}
      order by access_group_id, user_id`,
  );
  return rows.map(({ decision, ...row }) => ({ ...row, decision: decision ?? undefined }));
}
