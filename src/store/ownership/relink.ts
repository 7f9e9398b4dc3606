/** Moves links to new identities after a directory was rebuilt. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import type { UserLink } from '../../model/current.ts';
import { CAUSE_PREFIXES } from '../../model/doubt.ts';
import type { Act, GroupMove, Moves, PersonMove } from '../../model/ownership.ts';
import type { Run } from '../../model/run.ts';
import { forgetMarker } from '../current/directory-state.ts';
import { loadLinks } from '../current/people.ts';
import type { Database } from '../database/database.ts';
import { markSync } from '../database/session-variables.ts';
import { jsonOf, query } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';
import { queueRun } from '../runs/request.ts';
import { lockRequests } from '../runs/run-record.ts';
import { recordEvents } from './events.ts';

export interface MovesToSave extends Moves {
  readonly directory: string;
  /** The attribute that contains the new identities. */
  readonly idAttribute: string;
}

/** All links of people in a directory, whether or not they are in a group. */
export function loadAllLinks(db: Database, directory: string): Promise<readonly UserLink[]> {
  return loadLinks(db.orm.em.fork(), directory, undefined);
}

/**
 * Moves links to the new identities of their entries, and queues the run that applies the result. It locks both tables
 * as a whole, because a rebuilt directory moves more rows than one transaction can lock individually. People come
 * first, as in savePlan. Throws RefusedError `plan_changed` if a link differs from the preview.
 */
export async function moveLinks(db: Database, moves: MovesToSave, act: Act): Promise<Run> {
  const { directory, groups, people } = moves;
  return transact(db, async em => {
    await markSync(em);
    await lockRequests(em);
    await query(em, sql`lock table directory_user, directory_group in share row exclusive mode`);
    await deleteReplacedRows(em, moves);
    const moved = (await moveGroups(em, directory, groups)) + (await movePeople(em, directory, people));
    if (moved !== groups.length + people.length) throw changed(directory);
    await moveCauses(em, directory, groups);
    await query(
      em,
      sql`
        update directory_state set id_attribute = ${moves.idAttribute}
        where directory = ${directory}`,
    );
    await forgetMarker(em, sql`select ${directory}`);
    const owned = groups.map(group => group.accessGroupId).filter(id => id !== undefined);
    await recordEvents(em, owned, { action: 'relink', directory, ...act });
    const request = { directory, trigger: 'manual', mode: 'apply', requestedBy: act.by } as const;
    return (await queueRun(em, request)).run;
  });
}

function changed(directory: string): RefusedError {
  return new RefusedError(
    'plan_changed',
    `links of directory ${directory} have changed since the preview: preview the relink again`,
  );
}

/**
 * Deletes rows that the new identities may already have, as groups in conflict, and unresolved members, which the next
 * run finds again.
 */
async function deleteReplacedRows(em: EntityManager, { directory, groups }: MovesToSave): Promise<void> {
  const old = groups.map(group => group.from);
  const wanted = groups.map(group => group.to);
  await query(
    em,
    sql`
      delete from unresolved_member
      where directory = ${directory} and group_external_id = any(${old}::uuid[])`,
  );
  await query(
    em,
    sql`
      delete from directory_group
      where directory = ${directory} and external_id = any(${wanted}::uuid[]) and access_group_id is null`,
  );
}

async function moveGroups(em: EntityManager, directory: string, groups: readonly GroupMove[]) {
  const moved = await query(
    em,
    sql`
      update directory_group d
      set external_id = m."to", dn = m.dn, reason = null, missed_reads = 0, missing_since = null,
        state = case when d.access_group_id is null then 'released' else 'linked' end
      from json_to_recordset(${jsonOf(groups)}::json)
        as m("from" uuid, "to" uuid, dn text, "accessGroupId" integer)
      where d.directory = ${directory} and d.external_id = m."from"
        and d.access_group_id is not distinct from m."accessGroupId"
        and (d.access_group_id is not null or d.state = 'released')
      returning d.external_id`,
  );
  return moved.length;
}

/** The causes of memberships in a group stay stored. Absent values are deleted with the old identity. */
async function moveCauses(em: EntityManager, directory: string, groups: readonly GroupMove[]): Promise<void> {
  await query(
    em,
    sql`
      update unresolved_reference r
      set groups = (
        select jsonb_object_agg(coalesce(m."to", g.key), g.value)
        from jsonb_each(r.groups) g
        left join json_to_recordset(${jsonOf(groups)}::json) as m("from" text, "to" text) on m."from" = g.key
      )
      where directory = ${directory} and key ~ ${`^(${CAUSE_PREFIXES.join('|')})`}
        and groups ?| ${groups.map(group => group.from)}::text[]`,
  );
}

async function movePeople(em: EntityManager, directory: string, people: readonly PersonMove[]) {
  const moved = await query(
    em,
    sql`
      update directory_user d
      set external_id = m."to", dn = m.dn
      from json_to_recordset(${jsonOf(people)}::json) as m("from" uuid, "to" uuid, dn text, "userId" integer)
      where d.directory = ${directory} and d.external_id = m."from" and d.user_id = m."userId"
      returning d.external_id`,
  );
  return moved.length;
}
