/** Members in doubt, as the API and the commands show them and have them decided. */
import type { DoubtDeps } from '../http/deps/doubts.ts';
import type { Log } from '../log.ts';
import type { DecidingDoubts, ExplainedDoubt, ListedDoubt } from '../model-doubt.ts';
import { doubtWay, endsByReading } from '../plan/doubt/way-out.ts';
import type { Run } from '../run.ts';
import type { Settings } from '../settings.ts';
import { decideDoubts } from '../store/doubts/decide.ts';
import { listDoubts } from '../store/doubts/list.ts';
import { ownedById } from '../store/ownership/find.ts';
import { groupNamed } from '../store/views/groups.ts';
import { configured } from './adopting.ts';
import { type OwnershipParts, sendRun } from './ownership.ts';
import { openRecords } from './records.ts';

/** What the API does about members in doubt. */
export function doubtsOf(parts: OwnershipParts): DoubtDeps {
  return {
    async list(wish) {
      const { items, next } = await listDoubts(parts.db, wish);
      return { items: items.map(explained), next };
    },
    decide: deciding => decide(parts, deciding),
  };
}

/** An administrator at a terminal. */
export interface Doubts extends DoubtDeps, AsyncDisposable {
  /** The id of a team's group. Throws RefusedError where there is none. */
  find(team: string, name: string): Promise<number>;
}

/** Opens the database; the queue is opened when there is a run to tell it of. */
export async function openDoubts(settings: Settings, log: Log): Promise<Doubts> {
  const records = await openRecords(settings);
  const { db } = records;
  return {
    ...doubtsOf({ settings, db, send: run => sendRun(settings, run, log) }),
    find: (team, name) => groupNamed(db, team, name),
    [Symbol.asyncDispose]: () => records[Symbol.asyncDispose](),
  };
}

/** Throws RefusedError `directory_not_configured` where no run could remove anybody, and as decideDoubts. */
async function decide(
  { db, settings, send }: OwnershipParts,
  deciding: DecidingDoubts,
): Promise<Run | undefined> {
  if (deciding.decision === 'remove') {
    const { sources } = await ownedById(db, deciding.accessGroupId);
    for (const source of sources) configured(settings.directories, source.directory);
  }
  const run = await decideDoubts(db, deciding);
  if (run !== undefined) await send(run.id);
  return run;
}

function explained(doubt: ListedDoubt): ExplainedDoubt {
  const { explanation, wayOut } = doubtWay(doubt.kind);
  return { ...doubt, explanation, wayOut, endsByReading: endsByReading(doubt.kind) };
}
