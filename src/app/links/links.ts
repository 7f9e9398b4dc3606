/** Lists the links of directory entries to local users and decides about them, for the API and the commands. */
import type { Log } from '../../log.ts';
import type { LinkOperations } from '../../model/operations/links.ts';
import type { Run } from '../../model/run.ts';
import type { Settings } from '../../model/settings.ts';
import { decideLink, unlinkUser } from '../../store/links/decide.ts';
import { listLinks } from '../../store/links/list.ts';
import { openRecords } from '../operations/database.ts';
import { type OwnershipContext, sendRun } from '../operations/ownership.ts';

/** The operations on links. */
export function linksOf({ db, current, send }: OwnershipContext): LinkOperations {
  const isConfigured = (directory: string) =>
    current.settings.directories.some(({ name }) => name === directory);
  const sent = async (run: Run | undefined) => {
    if (run !== undefined) await send(run.id);
    return run;
  };
  return {
    list: page => listLinks(db, page),
    decide: async decision =>
      sent(await decideLink(db, decision, { syncs: isConfigured(decision.directory) })),
    unlink: async request => sent(await unlinkUser(db, request, { syncs: isConfigured(request.directory) })),
  };
}

/** Opens the database. Opens the queue only when a run has to be enqueued. */
export async function openLinks(settings: Settings, log: Log): Promise<LinkOperations & AsyncDisposable> {
  const records = await openRecords(settings);
  const { db, installation } = records;
  const send = (run: number) => sendRun({ ...settings, installation }, run, log);
  return {
    ...linksOf({ current: { settings }, db, send }),
    [Symbol.asyncDispose]: () => records[Symbol.asyncDispose](),
  };
}
