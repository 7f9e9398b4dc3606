/** The checks of `rollcall check`. */
import { checkDirectory } from '../../directory/check/check-directory.ts';
import type { Log } from '../../log.ts';
import type { Finding } from '../../model/run.ts';
import type { Settings } from '../../model/settings.ts';
import { oidcFinding } from '../../oidc/check.ts';
import { type QueueSettings, UNKNOWN_INSTALLATION } from '../../queue/broker.ts';
import { openQueue, type TaskQueue } from '../../queue/task-queue.ts';
import { roleFinding } from '../../store/check/rights.ts';
import { linkedBy } from '../../store/current/directory-state.ts';
import type { Database } from '../../store/database/database.ts';
import { migrationsFinding, openRecords, tableFindings } from '../operations/database.ts';
import { abandonedOf } from '../operations/status.ts';
import { databaseFinding, failedFinding } from '../roles/readiness.ts';
import { auditFinding } from './audit-drift.ts';

/** Connects to all configured servers. Never throws: an unreachable server is a finding. */
export async function checkEverything(settings: Settings, log: Log): Promise<Finding[]> {
  const { findings, linked } = await checkOwnServers(settings, log);
  if (settings.http.oidc !== undefined) findings.push(await oidcFinding(settings.http.oidc));
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
  let installation = UNKNOWN_INSTALLATION;
  try {
    await using records = await openRecords(settings, { migrated: false });
    ({ installation } = records);
    const migrations = await migrationsFinding(records.db);
    findings.push(await databaseFinding(records.db), migrations);
    findings.push(...(await tableFindings(records.db, settings)));
    if (migrations.level === 'ok') {
      const retention = settings.retention.auditMs !== undefined;
      findings.push(await roleFinding(records.db, { retention }));
      linked = await linkedBy(records.db);
      findings.push(await auditFinding(records.db), ...(await sharedFinding(records.db, settings)));
    }
  } catch (error) {
    findings.push(failedFinding('database', error, 'check database.url and its password'));
  }
  findings.push(await queueFinding({ ...settings, installation }, log));
  return { findings, linked };
}

async function queueFinding(settings: QueueSettings, log: Log): Promise<Finding> {
  const { redis } = settings;
  const subject = redis === undefined ? 'queue in the database' : 'redis';
  let queue: TaskQueue | undefined;
  try {
    queue = await openQueue(settings, log);
    await queue.ping();
    const neighbours = await queue.neighbours();
    if (neighbours.length === 0) return { subject, level: 'ok', message: 'answers' };
    return {
      subject,
      level: 'warn',
      message: `other installations use the prefix "${redis?.prefix}" too (${neighbours.join(', ')}, this one is ${settings.installation}); each takes only its own tasks`,
      fix: 'give each installation its own redis.prefix',
    };
  } catch (error) {
    const fix =
      redis === undefined
        ? 'check database.url, run deploy/roles.sql if the role may not create tables, or set redis.url'
        : 'check redis.url, the password and rights of its user, redis.tls and the network';
    return failedFinding(subject, error, fix);
  } finally {
    await queue?.close();
  }
}

/** A directory of another configuration: another installation may use the same database. */
async function sharedFinding(db: Database, settings: Settings): Promise<Finding[]> {
  const others = (await abandonedOf(db, settings)).map(({ name }) => name);
  if (others.length === 0) return [];
  return [
    {
      subject: 'database',
      level: 'warn',
      message: `it has groups of directories that this configuration does not have: ${others.join(', ')}`,
      fix: 'if another installation uses this database, give each its own database or database.schema; otherwise configure them, or run "rollcall release --directory NAME"',
    },
  ];
}
