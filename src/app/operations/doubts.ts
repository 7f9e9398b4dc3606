/** Lists members in doubt and decides about them, for the API and the commands. */

import type { Log } from '../../log.ts';
import type { DoubtDecisionRequest, ExplainedDoubt, ListedDoubt } from '../../model/doubt.ts';
import type { DoubtOperations } from '../../model/operations/doubts.ts';
import type { Run } from '../../model/run.ts';
import type { Settings } from '../../model/settings.ts';
import { doubtRemedy, endsByReading } from '../../plan/report/doubt-reasons.ts';
import { decideDoubts } from '../../store/doubts/decide.ts';
import { listDoubts } from '../../store/doubts/list.ts';
import { ownedById } from '../../store/ownership/find.ts';
import { groupNamed } from '../../store/queries/groups.ts';
import { configured } from './adopt-source.ts';
import { openRecords } from './database.ts';
import { type OwnershipContext, sendRun } from './ownership.ts';

/** The operations on members in doubt. */
export function doubtsOf(context: OwnershipContext): DoubtOperations {
  return {
    async list(page) {
      const { items, next } = await listDoubts(context.db, page);
      return { items: items.map(explained), next };
    },
    decide: request => decide(context, request),
  };
}

/** The operations of one command. */
export interface Doubts extends DoubtOperations, AsyncDisposable {
  /** The id of a group of a team. Throws RefusedError if it does not exist. */
  find(team: string, name: string): Promise<number>;
}

/** Opens the database. Opens the queue only when a run has to be enqueued. */
export async function openDoubts(settings: Settings, log: Log): Promise<Doubts> {
  const records = await openRecords(settings);
  const { db, installation } = records;
  return {
    ...doubtsOf({
      current: { settings },
      db,
      send: run => sendRun({ ...settings, installation }, run, log),
    }),
    find: (team, name) => groupNamed(db, team, name),
    [Symbol.asyncDispose]: () => records[Symbol.asyncDispose](),
  };
}

/**
 * Throws RefusedError `directory_not_configured` if no run could remove the members, and the errors of decideDoubts.
 */
async function decide(
  { db, current, send }: OwnershipContext,
  request: DoubtDecisionRequest,
): Promise<Run | undefined> {
  if (request.decision === 'remove') {
    const { sources } = await ownedById(db, request.accessGroupId);
    for (const source of sources) configured(current.settings.directories, source.directory);
  }
  const run = await decideDoubts(db, request);
  if (run !== undefined) await send(run.id);
  return run;
}

function explained(doubt: ListedDoubt): ExplainedDoubt {
  const { explanation, wayOut } = doubtRemedy(doubt.kind);
  return { ...doubt, explanation, wayOut, endsByReading: endsByReading(doubt.kind) };
}
