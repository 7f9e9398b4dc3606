/** A small company: a directory in this process, a real database, and the real jobs, whose tasks the test runs. */
import { sql } from 'kysely';
import { type LdapServer, startLdapServer } from '../../../dev/fake-ldap/server/server.ts';
import type { Attributes, LdifEntry } from '../../../dev/fake-ldap/tree/ldif.ts';
import { readDirectory } from '../../../src/directory/read/read-directory.ts';
import { readMarker } from '../../../src/directory/session/change-marker.ts';
import { reconcileBatch } from '../../../src/jobs/reconcile-batch.ts';
import { resumeWork } from '../../../src/jobs/resume-work.ts';
import { type SyncPorts, syncDirectory } from '../../../src/jobs/sync-directory.ts';
import { createLog } from '../../../src/log.ts';
import type { DecisionRequest, Run } from '../../../src/model/run.ts';
import type { DirectorySettings } from '../../../src/model/settings.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { approveRun } from '../../../src/store/runs/decide.ts';
import { getRun, type RunRequest, requestRun } from '../../../src/store/runs/request.ts';
import { directoryStatus, type StoredStatus } from '../../../src/store/status/directory-status.ts';
import { freshDatabase } from '../servers/database.ts';
import { fingerprint, rowsOf } from './saved-plan.ts';
import { directory, uuid } from './values.ts';

/** Every run writes its own record and the time of its read. */
const RECORDS_OF_RUNS = [
  'sync_run',
  'sync_run_id_seq',
  'sync_run_group',
  'run_total',
  'sync_request',
  'directory_state',
  'directory_rules',
];
const SUFFIX = 'dc=test';

export interface Task {
  readonly run: number;
  readonly batch: number;
}

export interface CompanyOptions {
  /** The people in the directory and, unless `local` is given, in the application. */
  readonly people?: readonly string[];
  readonly local?: readonly string[];
  /** Usernames by group name; the n-th group has the id uuid(1000 + n). */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly settings?: Partial<DirectorySettings>;
}

type Decision = Pick<DecisionRequest, 'by' | 'reason'> & Partial<Pick<DecisionRequest, 'groups'>>;

/** The jobs of one directory over a database. */
export interface Jobs {
  readonly db: Database;
  settings: DirectorySettings;
  /** Tasks that runs have enqueued and the test has not run yet. */
  readonly tasks: Task[];
  request(more?: Partial<RunRequest>): Promise<number>;
  /** Reads, plans and saves; its tasks wait in `tasks`. */
  begin(run: number, more?: Partial<SyncPorts>, signal?: AbortSignal): Promise<'done' | 'busy'>;
  /** Runs all waiting tasks. */
  work(): Promise<void>;
  run(id: number): Promise<Run>;
  /** Runs a whole sync. */
  sync(more?: Partial<RunRequest>): Promise<Run>;
  /** Approves what the run holds, and runs the approved removals. */
  approve(held: Run, decision: Decision): Promise<Run>;
  /** Does what a scheduler does periodically; all work counts as old enough. */
  resume(): Promise<void>;
  /** The usernames of every AccessGroup, by "team/name". */
  members(): Promise<Record<string, string[]>>;
  status(): Promise<StoredStatus>;
  /** The tables and sequences that `during` wrote to, except the records of runs. */
  written(during: () => Promise<unknown>): Promise<string[]>;
}

export interface Company extends Jobs, AsyncDisposable {
  readonly ldap: LdapServer;
}

export const personDn = (uid: string, ou = 'people') => `uid=${uid},ou=${ou},${SUFFIX}`;
export const groupDn = (cn: string, ou = 'groups') => `cn=${cn},ou=${ou},${SUFFIX}`;

/** Opens a company with the team "platform", its projects api and web, and the local users. */
export async function openCompany(options: CompanyOptions = {}): Promise<Company> {
  const { people = ['alice', 'bob', 'carol'], groups = {}, local = people } = options;
  await using stack = new AsyncDisposableStack();
  const account = { dn: `cn=rollcall,${SUFFIX}`, password: 'secret' };
  const ldap = stack.use(await startLdapServer({ entries: entriesOf(people, groups), accounts: [account] }));
  const { db } = stack.use(await freshDatabase());
  await seed(db, local);
  const kept = stack.move();
  const jobs = jobsOver(db, directory({ urls: [ldap.url], ...options.settings }));
  return Object.assign(jobs, {
    ldap,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  });
}

/** The entry of a group. An empty group has no member attribute at all, as in real directories. */
export function groupEntry(cn: string, members: readonly string[], more: Attributes = {}): LdifEntry {
  const member = members.map(uid => personDn(uid));
  return {
    dn: groupDn(cn),
    attributes: { objectClass: ['groupOfNames'], cn: [cn], ...(member.length > 0 && { member }), ...more },
  };
}

export function personEntry(uid: string, more: Attributes = {}): LdifEntry {
  const names = { uid: [uid], cn: [uid], sn: [uid], mail: [`${uid}@example.test`] };
  return { dn: personDn(uid), attributes: { objectClass: ['inetOrgPerson'], ...names, ...more } };
}

function entriesOf(people: readonly string[], groups: Readonly<Record<string, readonly string[]>>) {
  const unit = (ou: string): LdifEntry => ({
    dn: `ou=${ou},${SUFFIX}`,
    attributes: { objectClass: ['organizationalUnit'], ou: [ou] },
  });
  return [
    { dn: SUFFIX, attributes: { objectClass: ['domain'], dc: ['test'] } },
    unit('people'),
    unit('groups'),
    ...people.map((uid, n) => personEntry(uid, { entryUUID: [uuid(n + 1)] })),
    ...Object.entries(groups).map(([cn, uids], n) => groupEntry(cn, uids, { entryUUID: [uuid(1001 + n)] })),
  ];
}

async function seed(db: Database, local: readonly string[]): Promise<void> {
  await rowsOf(
    db,
    sql`insert into auth_user (username, email) select name, name || '@example.test' from unnest(${local}::text[]) name`,
  );
  await rowsOf(
    db,
    sql`
      with made as (insert into team (slug, name) values ('platform', 'Platform') returning id)
      insert into project (team_id, slug, name) select id, slug, slug from made, unnest('{api,web}'::text[]) slug`,
  );
}

/** The jobs of a directory. The tasks that they enqueue wait in `tasks` until the test runs them. */
export function jobsOver(db: Database, settings: DirectorySettings): Jobs {
  const log = createLog({ level: 'silent' });
  const tasks: Task[] = [];
  const enqueueBatches = async (run: number, batches: readonly number[]) =>
    void tasks.push(...batches.map(batch => ({ run, batch })));
  const jobs = {
    db,
    settings,
    tasks,
    async request(more: Partial<RunRequest> = {}) {
      const usual = { directory: jobs.settings.name, trigger: 'manual', mode: 'apply' } as const;
      return (await requestRun(db, { ...usual, ...more })).run.id;
    },
    begin(run: number, more: Partial<SyncPorts> = {}, signal = new AbortController().signal) {
      const ports = {
        db,
        log,
        directories: [jobs.settings],
        readDirectory: readWithoutWaiting,
        readMarker,
        enqueueBatches,
      };
      const mine = { owner: 'test', leaseMs: 60_000, now: () => new Date() };
      return syncDirectory({ ...ports, ...mine, ...more }, run, signal);
    },
    async work() {
      for (const { run, batch } of tasks.splice(0)) await reconcileBatch({ db, log }, run, batch);
    },
    async run(id: number) {
      const run = await getRun(db, id);
      if (run === undefined) throw new Error(`run ${id} is gone`);
      return run;
    },
    async sync(more: Partial<RunRequest> = {}) {
      const id = await jobs.request(more);
      await jobs.begin(id);
      await jobs.work();
      return jobs.run(id);
    },
    async approve({ id, counts }: Run, decision: Decision) {
      const { run } = await approveRun(db, id, { ...decision, digest: counts.held?.digest });
      await jobs.begin(run.id);
      await jobs.work();
      return jobs.run(run.id);
    },
    async resume() {
      const enqueueRun = async (run: number) => void (await jobs.begin(run));
      await resumeWork({ db, log, enqueueRun, enqueueBatches }, 0);
    },
    members: () => membersOf(db),
    async status() {
      const [status] = await directoryStatus(db, [jobs.settings.name]);
      if (status === undefined) throw new Error('the directory has no status');
      return status;
    },
    async written(during: () => Promise<unknown>) {
      const before = await fingerprint(db, RECORDS_OF_RUNS);
      await during();
      const after = await fingerprint(db, RECORDS_OF_RUNS);
      return [...after].filter(([name, print]) => before.get(name) !== print).map(([name]) => name);
    },
  };
  return jobs;
}

async function membersOf(db: Database): Promise<Record<string, string[]>> {
  const rows = await rowsOf(
    db,
    sql<{ name: string; members: string[] }>`
      select t.slug || '/' || g.name as name,
        array_remove(array_agg(u.username::text order by u.username collate "C"), null) as members
      from access_group g
      join team t on t.id = g.team_id
      left join access_group_members m on m.access_group_id = g.id
      left join auth_user u on u.id = m.user_id
      group by t.slug, g.id order by 1`,
  );
  return Object.fromEntries(rows.map(row => [row.name, row.members]));
}

/** Retries a busy server without a delay. */
const readWithoutWaiting: typeof readDirectory = (settings, options) =>
  readDirectory(settings, { ...options, pause: async () => {} });
