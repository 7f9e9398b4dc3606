/** Plays a scenario to its end in an emptied database, ends all faults, and checks the final state. */
import { sql } from 'kysely';
import { expect } from 'vitest';
import { resumeWork } from '../../src/jobs/resume-work.ts';
import { createLog } from '../../src/log.ts';
import type { Settings } from '../../src/model/settings.ts';
import type { Database } from '../../src/store/database/database.ts';
import { query } from '../../src/store/database/sql.ts';
import { approveRun, rejectRun } from '../../src/store/runs/decide.ts';
import { jobsOver } from '../support/given/company.ts';
import { rowsOf } from '../support/given/saved-plan.ts';
import { directory } from '../support/given/values.ts';
import type { FreshDatabase } from '../support/servers/database.ts';
import { conduct, type Flight, LEASES_RUN_OUT, settle } from './conduct.ts';
import { type Evidence, expectBetween, expectSound, watchAudit } from './invariants.ts';
import { changeByHand } from './manual.ts';
import { observe, plain } from './observe.ts';
import { changeOwner } from './owner.ts';
import type { Approvals } from './reference/guard.ts';
import { afterRead, NOTHING, type Outcome, type State, withRejected } from './reference/reference.ts';
import { startDirectory } from './world/directory.ts';
import { LOCAL, type RunStep, type Scenario, type Step, settingsOf } from './world/scenario.ts';
import { createWorld, type World } from './world/world.ts';

export const log = createLog({ level: 'silent' });

/**
 * The shared state of the steps of a trial. `state`: the expected contents of the database; with `flight`, the contents
 * before and after a run.
 */
export interface Trial {
  readonly scenario: Scenario;
  readonly world: World;
  readonly jobs: ReturnType<typeof jobsOver>;
  readonly ldap: Awaited<ReturnType<typeof startDirectory>>;
  readonly database: Settings['database'];
  readonly evidence: Map<number, Evidence>;
  state: State;
  /** A run whose plan is saved and not yet applied. */
  flight: Flight | undefined;
  /** Held runs, oldest first. */
  waiting: readonly { readonly run: number; readonly held: Approvals }[];
}

/** Plays a scenario to its end in an emptied database, ends all faults, and checks the final state. */
export async function play(scenario: Scenario, { db, settings: database }: FreshDatabase): Promise<void> {
  await using ldap = await startDirectory();
  await emptyTables(db);
  const trial: Trial = {
    scenario,
    world: createWorld(ldap),
    jobs: jobsOver(db, directory({ urls: [ldap.url], ...settingsOf(scenario) })),
    ldap,
    database,
    evidence: new Map(),
    state: NOTHING,
    flight: undefined,
    waiting: [],
  };
  const audit = watchAudit(db, scenario, trial.evidence);
  const check = async () => {
    if (trial.flight === undefined) expect(plain(await observe(db))).toEqual(plain(trial.state));
    else await expectBetween(db, trial.flight.before, trial.flight.outcome);
    await expectSound(db);
    await audit();
  };
  const first = scenario.groups.map(group => ({ do: 'create', ...group }) as const);
  for (const step of [...first, FIRST_SYNC, ...scenario.steps]) {
    await take(trial, step);
    await check();
  }
  await converge(trial);
  await check();
}

const FIRST_SYNC = { do: 'sync', trouble: { is: 'nothing' } } as const;

/** The fastest way: a new database for every scenario would take longer than the scenario. */
async function emptyTables(db: Database): Promise<void> {
  const tables = await rowsOf(
    db,
    sql<{ name: string }>`
      select string_agg(quote_ident(tablename), ', ') as name from pg_tables
      where schemaname = 'public' and tablename not like '%migration%'`,
  );
  await db.orm.em.fork().transactional(async em => {
    // The audit cannot be emptied in any other way.
    await query(em, sql`select set_config('session_replication_role', 'replica', true)`);
    await query(em, sql`truncate ${sql.raw(tables[0]?.name ?? '')} restart identity cascade`);
  });
  await rowsOf(db, sql`insert into auth_user (username) select unnest(${LOCAL}::text[])`);
  await rowsOf(
    db,
    sql`
      with made as (insert into team (slug, name) values ('platform', 'Platform') returning id)
      insert into project (team_id, slug, name) select id, 'api', 'API' from made`,
  );
}

async function take(trial: Trial, step: Step): Promise<void> {
  switch (step.do) {
    case 'sync':
    case 'syncGroup':
    case 'dryRun':
    case 'quiet':
    case 'approve':
    case 'reject':
      await recover(trial);
      return takeRun(trial, step);
    case 'freeze':
    case 'unfreeze':
    case 'release':
      await recover(trial);
      return changeOwner(trial, step);
    case 'makeGroup':
    case 'changeMember':
    case 'renameGroup':
    case 'dropGroup':
      return changeByHand(trial, step);
    default:
      trial.world.change(step);
  }
}

async function takeRun(trial: Trial, step: RunStep): Promise<void> {
  const { jobs, world } = trial;
  if (step.do === 'sync') {
    await conduct(trial, await jobs.request(), { trouble: step.trouble });
    // The next run reports what has been held since then.
    if (step.trouble.is === 'moves') await conduct(trial, await jobs.request());
  } else if (step.do === 'syncGroup') {
    const only = world.groupAt(step.group);
    if (only !== undefined)
      await conduct(trial, await jobs.request({ group: only }), { trouble: step.trouble, only });
    if (step.trouble.is === 'moves') await conduct(trial, await jobs.request());
  } else if (step.do === 'dryRun') {
    const run = await jobs.request({ mode: 'plan' });
    expect(await jobs.written(() => jobs.begin(run))).toEqual([]);
    expect(await jobs.run(run)).toMatchObject({ status: 'succeeded' });
  } else if (step.do === 'quiet') {
    await conduct(trial, await jobs.request());
    await expectQuiet(trial);
  } else await decide(trial, step.do);
}

/** The decision of an operator about a held run. */
async function decide(trial: Trial, decision: 'approve' | 'reject'): Promise<void> {
  const { jobs, waiting } = trial;
  const chosen = waiting.at(-1);
  if (chosen === undefined) return;
  const { digest } = (await jobs.run(chosen.run)).counts.held ?? {};
  const deciding = { by: 'ada', reason: 'it is right', digest };
  if (decision === 'reject') {
    await rejectRun(jobs.db, chosen.run, deciding);
    trial.waiting = waiting.slice(0, -1);
    remember(trial, chosen.held, true);
  } else {
    const { run } = await approveRun(jobs.db, chosen.run, deciding);
    remember(trial, chosen.held, false);
    await conduct(trial, run.id, { approved: chosen.held });
  }
}

/** Rejected removals stay held in later runs; that a group is missing cannot be rejected for good. */
function remember(trial: Trial, held: Approvals, rejected: boolean): void {
  const isHeld = (id: string) => held.get(id)?.absent === false && !trial.state.known.get(id)?.released;
  trial.state = { ...trial.state, known: withRejected(trial.state.known, isHeld, rejected) };
}

/** Time passes: leases expire, and a scheduler finds abandoned work. */
async function recover(trial: Trial): Promise<void> {
  const { jobs } = trial;
  await rowsOf(jobs.db, LEASES_RUN_OUT);
  const left: number[] = [];
  const enqueueRun = async (run: number) => void left.push(run);
  const enqueueBatches = async (run: number, batches: readonly number[]) =>
    void jobs.tasks.push(...batches.map(batch => ({ run, batch })));
  await resumeWork({ db: jobs.db, log, enqueueRun, enqueueBatches }, 0);
  await jobs.work();
  if (trial.flight !== undefined) await settle(trial, trial.flight);
  expect(trial.flight).toBeUndefined();
  for (const run of left) await conduct(trial, run, { only: (await jobs.run(run)).group });
}

/** There is nothing to do, so nothing is written. */
async function expectQuiet(trial: Trial): Promise<void> {
  const { jobs, state } = trial;
  const next = predict(trial);
  if (trial.waiting.length > 0 || JSON.stringify(plain(next.state)) !== JSON.stringify(plain(state))) return;
  const written = await jobs.written(async () => conduct(trial, await jobs.request()));
  expect(written).toEqual([]);
}

function predict({ state, world, scenario }: Trial): Outcome {
  return afterRead(state, world.view(), { scenario }) ?? { state, held: new Map() };
}

/** Without faults: a run, a second one for absences, and approvals reach the expected state. */
async function converge(trial: Trial): Promise<void> {
  await recover(trial);
  // Missed, missed again and deleted, then the name given to the waiting group, then a run without changes.
  for (let runs = 4; runs > 0; runs--) {
    await conduct(trial, await trial.jobs.request());
    for (let most = 3; most > 0 && trial.waiting.length > 0; most--) await decide(trial, 'approve');
  }
  await expectQuiet(trial);
  const { state, held } = predict(trial);
  expect(plain(state)).toEqual(plain(trial.state));
  expect(held.size).toBe(0);
}
