/** Opens the operations that commands use. Each function imports its own modules, so that other commands start fast. */

import type { Audit } from '../../app/operations/audit.ts';
import type { Records } from '../../app/operations/database.ts';
import type { Doubts } from '../../app/operations/doubts.ts';
import type { AccessSession } from '../../app/operations/open-access.ts';
import type { Ownership } from '../../app/operations/ownership.ts';
import { UsageError } from '../../errors.ts';
import type { LinkOperations } from '../../model/operations/links.ts';
import type { Run } from '../../model/run.ts';
import type { Settings } from '../../model/settings.ts';
import { type CommandContext, type CommonFlags, commandLog, positive, settingsOf } from './command.ts';

/** Opens the teams, groups, users and projects of the database that the flags name. Throws what settingsOf and openAccess throw. */
export async function openAccessOf(flags: CommonFlags, context: CommandContext): Promise<AccessSession> {
  const { openAccess } = await import('../../app/operations/open-access.ts');
  return openAccess(await settingsOf(flags, context));
}

/** Opens the operations that change who owns groups. */
export async function openOwnershipOf(settings: Settings): Promise<Ownership> {
  const { openOwnership } = await import('../../app/operations/ownership.ts');
  return openOwnership(settings, await commandLog(settings.log.level));
}

/** Opens the doubts and the decisions about them. */
export async function openDoubtsOf(settings: Settings): Promise<Doubts> {
  const { openDoubts } = await import('../../app/operations/doubts.ts');
  return openDoubts(settings, await commandLog(settings.log.level));
}

/** Opens the links of directory entries to local users, and the decisions about them. */
export async function openLinksOf(settings: Settings): Promise<LinkOperations & AsyncDisposable> {
  const { openLinks } = await import('../../app/links/links.ts');
  return openLinks(settings, await commandLog(settings.log.level));
}

interface RecordsWithAudit extends Records {
  readonly audit: Audit;
}

/** Opens the runs and the audit. */
export async function openAuditOf(settings: Settings): Promise<RecordsWithAudit> {
  const { openRecords } = await import('../../app/operations/database.ts');
  const { auditOf } = await import('../../app/operations/audit.ts');
  const records = await openRecords(settings);
  return { ...records, audit: auditOf({ db: records.db, current: { settings } }) };
}

/** The run with the id that the user wrote. Throws UsageError if the text is not an id, or the run does not exist. */
export async function findRun({ getRun }: Pick<Records, 'getRun'>, id: string): Promise<Run> {
  const run = await getRun(positive(id, 'RUN'));
  if (run === undefined) throw new UsageError(`run ${id} does not exist; "rollcall runs" lists all runs`);
  return run;
}
