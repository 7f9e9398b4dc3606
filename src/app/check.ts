/** What `rollcall check` looks at. */
import { checkDirectory } from '../directory/check.ts';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { openQueue, type TaskQueue } from '../queue/queue.ts';
import type { Finding } from '../run.ts';
import type { Settings } from '../settings.ts';
import { migrationsFinding, openRecords } from './records.ts';

/** Connects to everything that is configured. Never throws: what cannot be reached is a finding. */
export async function checkEverything(settings: Settings, log: Log): Promise<Finding[]> {
  const [own, directories] = await Promise.all([
    checkOwnServers(settings, log),
    Promise.all(settings.directories.map(directory => checkDirectory(directory))),
  ]);
  return [...own, ...directories.flat()];
}

async function checkOwnServers(settings: Settings, log: Log): Promise<Finding[]> {
  const findings: Finding[] = [];
  try {
    await using records = await openRecords(settings, { migrated: false });
    findings.push(
      { subject: 'database', level: 'ok', message: 'answers' },
      await migrationsFinding(records.db),
    );
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
      fix: 'check redis.url, its password and the network',
    });
  } finally {
    await queue?.close();
  }
  return findings;
}
