/** Records the decision of an administrator about members in doubt. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { RefusedError } from '../../errors.ts';
import type { DoubtDecision, DoubtDecisionRequest } from '../../model/doubt.ts';
import type { Owned } from '../../model/ownership.ts';
import type { Run } from '../../model/run.ts';
import { storable } from '../../text/storable.ts';
import { forgetMarker } from '../current/directory-state.ts';
import type { Database } from '../database/database.ts';
import { intArray, query } from '../database/sql.ts';
import { transact } from '../database/transaction.ts';
import { ownedById } from '../ownership/find.ts';
import { queueRun } from '../runs/request.ts';
import { recordReason } from '../runs/run-reason.ts';
import { lockRequests } from '../runs/run-record.ts';
import { CURRENT_DOUBTS } from './current-doubts.ts';

/**
 * Records the decision for all of these members or for none. With `remove` it also queues and returns a full run, which
 * removes the members who are then still in doubt for the same reasons. Throws RefusedError `unknown_group`;
 * `unknown_doubt` if a member is not in doubt; `already_decided` if all members already have this decision;
 * and `frozen_group` if the group is frozen, so that no run would remove a member.
 */
export async function decideDoubts(db: Database, deciding: DoubtDecisionRequest): Promise<Run | undefined> {
  const group = await ownedById(db, deciding.accessGroupId);
  if (deciding.decision === 'remove') requireNotFrozen(group);
  return transact(db, async em => {
    // This lock comes before any row lock, as in every transaction that queues a run.
    await lockRequests(em);
    const found = await lockDoubts(em, group, deciding.usernames);
    const [directory] = new Set(found.map(row => row.directory));
    if (directory === undefined || found.every(row => row.decision === deciding.decision))
      throw alreadyDecided(deciding);
    const users = found.map(row => row.userId);
    await setDecision(em, deciding, users);
    await forgetMarker(em, sql`select ${directory}`);
    return deciding.decision === 'remove' ? queueRemoval(em, directory, deciding) : undefined;
  });
}

function requireNotFrozen({ team, name, sources }: Owned): void {
  if (!sources.some(source => source.frozen)) return;
  throw new RefusedError('frozen_group', `AccessGroup ${team}/${name} is frozen: unfreeze it first`);
}

interface Found {
  readonly userId: number;
  readonly username: string;
  readonly directory: string;
  readonly decision: DoubtDecision | null;
}

/** Locks the doubts against runs until the transaction ends. Throws RefusedError `unknown_doubt`. */
async function lockDoubts(
  em: EntityManager,
  { id, team, name }: Owned,
  usernames: readonly string[],
): Promise<readonly Found[]> {
  const found = await query(
    em,
    sql<Found>`
      select d.user_id as "userId", u.username, d.directory, d.decision
      from ${CURRENT_DOUBTS}
      join auth_user u on u.id = d.user_id
      where d.access_group_id = ${id} and u.username = any(${usernames}::text[])
      order by d.user_id
      for update of d`,
  );
  const known = new Set(found.map(row => row.username));
  const unknown = usernames.filter(username => !known.has(username));
  if (unknown.length === 0) return found;
  throw new RefusedError(
    'unknown_doubt',
    `no member of ${team}/${name} named ${unknown.join(', ')} is in doubt (any more), so nothing was decided`,
  );
}

function alreadyDecided({ decision, usernames }: DoubtDecisionRequest): RefusedError {
  const next = decision === 'keep' ? '' : ': "rollcall sync" applies it';
  return new RefusedError(
    'already_decided',
    `the decision about ${usernames.join(', ')} is already "${decision}"${next}`,
  );
}

async function setDecision(
  em: EntityManager,
  { accessGroupId, decision, by, reason }: DoubtDecisionRequest,
  userIds: readonly number[],
): Promise<void> {
  await query(
    em,
    sql`
      update membership_doubt
      set decision = ${decision}, decided_by = ${by}, decision_reason = ${storable(reason)}, decided_at = now()
      where access_group_id = ${accessGroupId} and user_id = any(${intArray(userIds)}::integer[])`,
  );
}

async function queueRemoval(em: EntityManager, directory: string, { by, reason }: DoubtDecisionRequest) {
  const { run } = await queueRun(em, { directory, trigger: 'manual', mode: 'apply', requestedBy: by });
  return recordReason(em, run.id, { by, reason });
}
