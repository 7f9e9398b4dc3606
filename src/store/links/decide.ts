/** Records what an operator decided about the link of a directory entry to a local user. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import type { LinkDecision, Unlink } from '../../model/operations/links.ts';
import type { Run } from '../../model/run.ts';
import { storable } from '../../text/storable.ts';
import { forgetMarker } from '../current/directory-state.ts';
import type { Database } from '../database/database.ts';
import { query, queryOne } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';
import { findUser } from '../manual/lookups.ts';
import { queueRun } from '../runs/request.ts';
import { recordReason } from '../runs/run-reason.ts';
import { lockRequests } from '../runs/run-record.ts';

/** `syncs`: whether a run can follow, because the directory is configured. */
interface Options {
  readonly syncs: boolean;
}

/**
 * Confirms or refuses a link that waits, or confirms one that was refused, and queues a run. Throws RefusedError
 * `unknown_user`, `unknown_link` and `already_linked`.
 */
export async function decideLink(
  db: Database,
  request: LinkDecision,
  options: Options,
): Promise<Run | undefined> {
  return decided(db, request, options, async (em, userId) => {
    const { decision, directory, entry, username } = request;
    const refusable =
      decision === 'confirm' ? sql`decision is distinct from 'confirm'` : sql`decision is null`;
    const found = await queryOne(
      em,
      sql`
        update link_request set decision = ${decision}, ${byWhom(request)}
        where directory = ${directory} and external_id::text = ${entry} and user_id = ${userId} and ${refusable}
        returning external_id`,
    );
    if (found === undefined)
      throw new RefusedError(
        'unknown_link',
        `no link of ${username} to entry ${entry} of directory "${directory}" waits for a decision: rollcall users links ${username}`,
      );
    if (decision === 'confirm') await makeLink(em, request, userId);
  });
}

/** Removes the link of a user so that no run makes it again, and queues a run. Throws RefusedError `unknown_user` and `unknown_link`. */
export async function unlinkUser(db: Database, request: Unlink, options: Options): Promise<Run | undefined> {
  return decided(db, request, options, async (em, userId) => {
    const { directory, username, by, reason } = request;
    const removed = await query(
      em,
      sql`
        with removed as (
          delete from directory_user where directory = ${directory} and user_id = ${userId} returning *
        )
        insert into link_request (directory, external_id, user_id, dn, username, matched_by, run_id,
          decision, decided_by, decision_reason, decided_at)
        select directory, external_id, user_id, dn, username, matched_by, run_id,
          'refuse', ${by}, ${storable(reason)}, now()
        from removed
        on conflict (directory, external_id, user_id) do update set decision = 'refuse', ${byWhom(request)}
        returning external_id`,
    );
    if (removed.length === 0)
      throw new RefusedError(
        'unknown_link',
        `${username} is not linked to an entry of directory "${directory}": rollcall users links ${username}`,
      );
  });
}

/** Changes links and queues the run of the whole directory in one transaction. */
async function decided(
  db: Database,
  { username, directory, by, reason }: Unlink,
  { syncs }: Options,
  change: (em: EntityManager, userId: number) => Promise<void>,
): Promise<Run | undefined> {
  return transact(db, async em => {
    // This lock comes before any row lock, as in every transaction that queues a run.
    await lockRequests(em);
    await change(em, await findUser(em, username));
    await forgetMarker(em, sql`select ${directory}`);
    if (!syncs) return undefined;
    const { run } = await queueRun(em, { directory, trigger: 'manual', mode: 'apply', requestedBy: by });
    return recordReason(em, run.id, { by, reason });
  });
}

async function makeLink(em: EntityManager, { directory, entry, username }: LinkDecision, userId: number) {
  const made = await queryOne(
    em,
    sql`
      insert into directory_user (directory, external_id, user_id, dn, username, matched_by, run_id)
      select directory, external_id, user_id, dn, username, matched_by, run_id
      from link_request
      where directory = ${directory} and external_id::text = ${entry} and user_id = ${userId}
      on conflict do nothing
      returning external_id`,
  );
  if (made === undefined)
    throw new RefusedError(
      'already_linked',
      `${username} or entry ${entry} of directory "${directory}" is linked already: rollcall users links ${username}`,
    );
}

function byWhom({ by, reason }: Pick<Unlink, 'by' | 'reason'>): RawBuilder<unknown> {
  return sql`decided_by = ${by}, decision_reason = ${storable(reason)}, decided_at = now()`;
}
