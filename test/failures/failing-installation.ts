/** OpenLDAP with enough groups for several batches, an application with all users, and the expected members. */
import { sql } from 'kysely';
import type { LdifEntry } from '../../dev/fake-ldap/tree/ldif.ts';
import type { Slapd } from '../../dev/servers/slapd.ts';
import { readDirectory } from '../../src/directory/read/read-directory.ts';
import { readMarker } from '../../src/directory/session/change-marker.ts';
import { isPermanent } from '../../src/jobs/is-permanent.ts';
import { abandonBatch, reconcileBatch } from '../../src/jobs/reconcile-batch.ts';
import { type SyncPorts, syncDirectory } from '../../src/jobs/sync-directory.ts';
import { createLog } from '../../src/log.ts';
import type { DirectorySettings } from '../../src/model/settings.ts';
import type { QueueSettings } from '../../src/queue/broker.ts';
import type { TaskQueue } from '../../src/queue/task-queue.ts';
import { startWorker, type TaskWorker } from '../../src/queue/worker.ts';
import type { Database } from '../../src/store/database/database.ts';
import { groupEntry, personEntry } from '../support/given/company.ts';
import { ldifOf } from '../support/given/installation.ts';
import { rowsOf } from '../support/given/saved-plan.ts';
import { directory } from '../support/given/values.ts';
import { startSlapd } from '../support/servers/slapd.ts';

const PEOPLE = Array.from({ length: 50 }, (_, n) => `p${n}`);
/** Three batches. */
const GROUPS = Array.from({ length: 600 }, (_, n) => ({
  name: `g${n}`,
  members: [...new Set([n, n * 7 + 1, n * 13 + 2].map(at => `p${at % PEOPLE.length}`))].sort(),
}));

export const log = createLog({ level: 'silent' });

/** Usernames by "team/name" according to the directory. */
export const TRUTH: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  GROUPS.map(({ name, members }) => [`platform/${name}`, members]),
);

export async function startDirectory(): Promise<{ slapd: Slapd; settings: DirectorySettings }> {
  const unit = (ou: string): LdifEntry => ({
    dn: `ou=${ou},dc=test`,
    attributes: { objectClass: ['organizationalUnit'], ou: [ou] },
  });
  const entries = [
    { dn: 'dc=test', attributes: { objectClass: ['organization', 'dcObject'], dc: ['test'], o: ['test'] } },
    unit('people'),
    unit('groups'),
    ...PEOPLE.map(uid => personEntry(uid)),
    ...GROUPS.map(({ name, members }) => groupEntry(name, members)),
  ];
  const slapd = await startSlapd({ ldif: ldifOf(entries), baseDn: 'dc=test', limits: { capped: 250 } });
  const { bindDn, bindPassword, url } = slapd;
  return { slapd, settings: directory({ urls: [url], bindDn, bindPassword, pageSize: 100 }) };
}

export async function seed(db: Database): Promise<void> {
  await rowsOf(db, sql`insert into auth_user (username) select unnest(${PEOPLE}::text[])`);
  await rowsOf(db, sql`insert into team (slug, name) values ('platform', 'Platform')`);
}

/** The ports of a process that syncs this directory through this queue. */
export function portsOf(
  db: Database,
  settings: DirectorySettings,
  queue: TaskQueue,
  owner: string,
): SyncPorts {
  const { enqueueBatches } = queue;
  const server = { directories: [settings], readDirectory, readMarker, enqueueBatches };
  return { db, log, ...server, owner, leaseMs: 2_000, now: () => new Date() };
}

/** A worker like that of the service, which detects a dead worker sooner. */
export function startWorkerOf(ports: SyncPorts, settings: QueueSettings): Promise<TaskWorker> {
  const duties = {
    concurrency: 2,
    lockMs: 1_000,
    syncRun: (run: number, signal: AbortSignal) => syncDirectory(ports, run, signal),
    reconcileBatch: (run: number, batch: number) => reconcileBatch(ports, run, batch),
    batchFailed: (run: number, batch: number, error: Error) => abandonBatch(ports, run, batch, error.message),
    deliverNotice: async () => {},
    noticeFailed: async () => {},
    isPermanent,
  };
  return startWorker(settings, duties, log);
}

/** Memberships that a replay of the audit does not explain, and impossible steps of it. */
export async function auditGaps(db: Database): Promise<readonly unknown[]> {
  return rowsOf(
    db,
    sql`
      with replayed as (
        select access_group_id, user_id, sum(case action when 'add' then 1 else -1 end) as times
        from membership_change group by access_group_id, user_id
      )
      select * from replayed full join access_group_members m using (access_group_id, user_id)
      where coalesce(times, 0) <> case when m.id is null then 0 else 1 end`,
  );
}
