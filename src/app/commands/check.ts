/** The checks of `rollcall check`. */
import { checkDirectory } from '../../directory/check/check-directory.ts';
import { messageOf } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Finding } from '../../model/run.ts';
import type { Settings } from '../../model/settings.ts';
import { openQueue, type TaskQueue } from '../../queue/task-queue.ts';
import { linkedBy } from '../../store/current/directory-state.ts';
import { databaseFinding, migrationsFinding, openRecords, tableFindings } from '../operations/database.ts';
import { auditFinding } from './audit-drift.ts';

/** Connects to all configured servers. Never throws: an unreachable server is a finding. */
export async function checkEverything(settings: Settings, log: Log): Promise<Finding[]> {
  const { findings, linked } = await checkOwnServers(settings, log);
  const directories = await Promise.all(
    settings.directories.map(directory =>
      checkDirectory(directory, { linkedBy: linked.get(directory.name) }),
    ),
  );
  return [...findings, ...directories.flat()];
}

async function checkOwnServers(settings: Settings, log: Log) {
  const findings: Finding[] = [];
  let linked: ReadonlyMap<string, string> = new Map();
  try {
    await using records = await openRecords(settings, { migrated: false });
    const migrations = await migrationsFinding(records.db);
    findings.push(await databaseFinding(records.db), migrations);
    findings.push(...(await tableFindings(records.db, settings)));
    if (migrations.level === 'ok') {
      linked = await linkedBy(records.db);
      findings.push(await auditFinding(records.db));
    }
  } catch (error) {
    findings.push({
      subject: 'database',
      level: 'fail',
      message: messageOf(error),
      fix: 'check database.url and its password',
    });
  }
  const subject = settings.redis === undefined ? 'queue in the database' : 'redis';
  let queue: TaskQueue | undefined;
  try {
    queue = await openQueue(settings, log);
    await queue.ping();
    findings.push({ subject, level: 'ok', message: 'answers' });
  } catch (error) {
    findings.push({
      subject,
      level: 'fail',
      message: messageOf(error),
      fix:
        settings.redis === undefined
          ? 'check database.url, or set redis.url'
          : 'check redis.url, the password and rights of its user, redis.tls and the network',
    });
  } finally {
    await queue?.close();
  }
  return { findings, linked };
}
