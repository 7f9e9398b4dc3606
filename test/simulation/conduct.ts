/** One run with its fault, and the known state of the database afterwards. */
import { sql } from 'kysely';
import { expect } from 'vitest';
import { randomFrom } from '../../dev/organisation/generate/random.ts';
import { readDirectory as read } from '../../src/directory/read/read-directory.ts';
import { reconcileBatch } from '../../src/jobs/reconcile-batch.ts';
import type { SyncPorts } from '../../src/jobs/sync-directory.ts';
import type { Database } from '../../src/store/database/database.ts';
import { expireLeases } from '../../src/store/runs/lease.ts';
import { rowsOf } from '../support/given/saved-plan.ts';
import { type DoomedDatabase, doomedDatabase } from './doomed.ts';
import { expectBetween, expectFounded } from './invariants.ts';
import { observe, plain } from './observe.ts';
import type { Approvals } from './reference/guard.ts';
import { afterRead, type Outcome, type State } from './reference/reference.ts';
import { log, type Trial } from './trial.ts';
import { shownIn } from './troubles.ts';
import type { Trouble } from './world/scenario.ts';
import type { View } from './world/world.ts';

/** A run between its saved plan and its end. */
export interface Flight {
  readonly run: number;
  readonly whole: boolean;
  readonly trouble: Trouble;
  before: State;
  outcome: Outcome;
  /** The held runs before it. */
  readonly older: Trial['waiting'];
  /** A user changed names in the meantime, so a group may be unchanged. */
  disturbed: boolean;
}

/** Time passes. */
export const LEASES_RUN_OUT = sql`
  update sync_run set lease_until = now() - interval '1 second' where status in ('reading', 'planning')`;

const NO_TROUBLE: Trouble = { is: 'nothing' };

/** Does a queued run, as far as its fault allows it. */
export async function conduct(
  trial: Trial,
  run: number,
  more: {
    readonly trouble?: Trouble;
    readonly approved?: Approvals;
    readonly only?: string | undefined;
  } = {},
): Promise<void> {
  const { jobs, scenario, world, state: before } = trial;
  const { trouble = NO_TROUBLE, approved = new Map(), only } = more;
  const { view, fault } = shownIn(world.view(), trouble, before, world);
  const outcome = afterRead(before, view, { scenario, approved, ...(only !== undefined && { only }) });
  const whole = only === undefined;
  const evidence = { views: [view], before, approved, whole };
  trial.evidence.set(run, evidence);
  if (fault) trial.ldap.inject(fault);
  await begin(trial, run, trouble);
  if (trouble.is === 'moves') evidence.views.push(world.view());
  const { status } = await jobs.run(run);
  // No plan was saved, so nothing may have changed. The next recovery finds abandoned work.
  if (['queued', 'reading', 'planning', 'failed'].includes(status)) {
    if (!['read', 'killed', 'overslept', 'moves'].includes(trouble.is))
      expect({ status, outcome }, JSON.stringify(await jobs.run(run))).toEqual({
        status: 'failed',
        outcome: undefined,
      });
    return;
  }
  expect(trouble.is).not.toBe('overslept');
  if (trouble.is === 'moves') return settleMoved(trial, evidence.views);
  if (outcome === undefined) throw new Error(`run ${run} read a group that is not there: ${status}`);
  const flight: Flight = { run, whole, trouble, before, outcome, older: trial.waiting, disturbed: false };
  trial.flight = flight;
  if (whole) trial.waiting = [];
  await work(trial, trouble);
  if ((await jobs.run(run)).status !== 'applying') await settle(trial, flight);
}

/** The run is over, and its changes are exactly in the database. */
export async function settle(
  trial: Trial,
  { run, whole, trouble, before, outcome, older, disturbed }: Flight,
): Promise<void> {
  const { jobs } = trial;
  const { status, counts } = await jobs.run(run);
  if (status === 'applying') return;
  const waits = counts.held?.run;
  const same = older.find(held => held.run === waits);
  trial.flight = undefined;
  const now = await observe(jobs.db);
  const isUnread = trouble.is === 'read' && now.reads.doubts.size > outcome.state.reads.doubts.size;
  if (isUnread) {
    // The server did not answer for some values, so they are doubts that the model does not predict.
    expectFounded(before, now, trial.evidence.get(run)?.views ?? []);
    trial.state = now;
  } else if (disturbed || (status === 'partial' && trouble.is === 'read')) {
    await expectBetween(jobs.db, before, outcome);
    trial.state = now;
  } else {
    expect({ run, status }).toEqual({
      run,
      status: outcome.held.size > 0 && waits === undefined ? 'held' : 'succeeded',
    });
    trial.state = outcome.state;
    expect(plain(now)).toEqual(plain(trial.state));
  }
  if (status === 'held') trial.waiting = [...trial.waiting, { run, held: outcome.held }];
  // What an older run holds continues to wait there.
  if (whole && same !== undefined) trial.waiting = [same];
}

/** The model does not predict the result of a read during a change, only who may lose or get a membership. */
async function settleMoved(trial: Trial, views: readonly View[]): Promise<void> {
  const { jobs, state } = trial;
  await jobs.work();
  const after = await observe(jobs.db);
  expectFounded(state, after, views);
  trial.state = after;
  trial.waiting = [];
}

async function begin(trial: Trial, run: number, trouble: Trouble): Promise<void> {
  const { jobs, ldap } = trial;
  const enqueueBatches: SyncPorts['enqueueBatches'] = async id =>
    void jobs.tasks.push(...(await cutAnew(jobs.db, id)));
  if (trouble.is === 'killed' && trouble.at === 'reading') {
    await using doomed = await doomedDatabase(trial.database, trouble);
    await dying(doomed, db => jobs.begin(run, { enqueueBatches, db }));
  } else if (trouble.is === 'overslept') {
    const readDirectory: SyncPorts['readDirectory'] = async (settings, options) => {
      const snapshot = await read(settings, options);
      await oversleep(jobs.db);
      return snapshot;
    };
    await jobs.begin(run, { enqueueBatches, readDirectory });
  } else {
    const times = trouble.is === 'crowd' ? [1, 2] : [1];
    await Promise.all(times.map(() => jobs.begin(run, { enqueueBatches })));
  }
  ldap.heal();
}

/** As if the worker had been paused for minutes: others consider it dead. */
async function oversleep(db: Database): Promise<void> {
  await rowsOf(db, LEASES_RUN_OUT);
  await expireLeases(db);
}

/** Every group in its own batch; the product would need hundreds of groups for a second one. */
async function cutAnew(db: Database, run: number): Promise<{ run: number; batch: number }[]> {
  const rows = await rowsOf(
    db,
    sql<{
      batch: number;
    }>`update sync_run_group set batch = seq where run_id = ${run} and batch is not null returning batch`,
  );
  return rows.map(({ batch }) => ({ run, batch }));
}

async function work(trial: Trial, trouble: Trouble): Promise<void> {
  const { jobs } = trial;
  if (trouble.is === 'flushed') {
    jobs.tasks.splice(0);
  } else if (trouble.is === 'killed' && trouble.at === 'applying') {
    const tasks = jobs.tasks.splice(0);
    await using doomed = await doomedDatabase(trial.database, trouble);
    await dying(doomed, async db => {
      for (const { run, batch } of tasks) await reconcileBatch({ db, log }, run, batch);
    });
  } else if (trouble.is === 'crowd') {
    // All tasks twice, in any order and concurrently, including late ones of ended runs.
    const random = randomFrom(String(trouble.order));
    const old = [...trial.evidence.keys()]
      .map(run => ({ run, batch: 0 }))
      .filter(({ run }) => run % 3 === trouble.order % 3);
    const tasks = jobs.tasks.splice(0).flatMap(task => [task, task]);
    const late = await delivered(jobs.db, old);
    const all = [...tasks, ...late];
    await Promise.all(
      random
        .sample(all, all.length)
        .map(({ run, batch }) => reconcileBatch({ db: jobs.db, log }, run, batch)),
    );
  } else await jobs.work();
}

/** The tasks that existed; a task that never existed would be refused. */
async function delivered(db: Database, tasks: readonly { run: number; batch: number }[]) {
  const runs = tasks.map(task => task.run);
  return rowsOf(
    db,
    sql<{ run: number; batch: number }>`
      select run_id::int as run, batch from sync_run_group
      where run_id = any(${runs}::integer[]) and batch is not null`,
  );
}

/** Works until the process dies, which is not an error of the work. */
async function dying({ db, arm }: DoomedDatabase, work: (db: Database) => Promise<unknown>): Promise<void> {
  arm();
  await Promise.allSettled([work(db)]);
}
