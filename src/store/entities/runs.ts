/** Entities of runs, requests and saved plans. */
import { defineEntity, p } from '@mikro-orm/core';
import type { RunCounts } from '../../model/run.ts';
import { GROUP_OUTCOMES, RUN_STATUSES } from '../../model/run-status.ts';

/**
 * One pass over one directory. `owner` and `leaseUntil` are set while a worker reads and plans. While the plan is applied,
 * `leaseUntil` is the time after which it is too old.
 */
export const SyncRun = defineEntity({
  name: 'SyncRun',
  tableName: 'sync_run',
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    directory: p.string().length(64),
    trigger: p.enum(['schedule', 'manual', 'change']).columnType('varchar(16)'),
    requestedBy: p.string().length(150).nullable(),
    mode: p.enum(['apply', 'plan']).columnType('varchar(16)'),
    /** The DN or name of the group or person, if the run is limited to one. null: the whole directory. */
    groupName: p.text().nullable(),
    /** Whether `groupName` names a person. */
    namesUser: p.boolean().default(false),
    status: p.enum(RUN_STATUSES).columnType('varchar(16)').default('queued'),
    counts: p.json().$type<RunCounts>().defaultRaw("'{}'"),
    errorCode: p.string().length(64).nullable(),
    errorMessage: p.text().nullable(),
    /** The held run whose removals a user approved. */
    approves: p.bigint('number').nullable(),
    /** The approved rows of that run, by seq. null: all rows. */
    approvedGroups: p.array(Number).columnType('integer[]').nullable(),
    /** The run that this run reverts. */
    reverts: p.bigint('number').nullable(),
    revertReason: p.text().nullable(),
    /** `forgotten` of the directory when the run began. */
    forgottenBefore: p.bigint('number').nullable(),
    decidedBy: p.string().length(150).nullable(),
    decisionReason: p.text().nullable(),
    decidedAt: p.datetime().nullable(),
    owner: p.string().length(200).nullable(),
    leaseUntil: p.datetime().nullable(),
    /** When staleWork last returned it. */
    lookedAt: p.datetime().defaultRaw('now()'),
    queuedAt: p.datetime().defaultRaw('now()'),
    startedAt: p.datetime().nullable(),
    finishedAt: p.datetime().nullable(),
  },
  checks: [
    {
      name: 'sync_run_approves_check',
      expression: "approves is null or approves < id and mode = 'apply' and group_name is null",
    },
    {
      name: 'sync_run_decision_check',
      expression: 'num_nulls(decided_by, decision_reason, decided_at) in (0, 3)',
    },
    {
      name: 'sync_run_reverts_check',
      expression:
        "num_nulls(reverts, revert_reason) in (0, 2) and (reverts is null or reverts < id and mode = 'apply')",
    },
  ],
  indexes: [
    { properties: ['directory', 'id'] },
    { name: 'sync_run_held_index', properties: 'directory', where: "status = 'held'" },
    { name: 'sync_run_reverts_index', properties: 'reverts', where: 'reverts is not null' },
  ],
  /**
   * Only one run reads a directory at a time. Waiting runs are unique by an expression index, which the migration
   * creates.
   */
  uniques: [
    {
      name: 'sync_run_one_active',
      properties: 'directory',
      where: "status in ('reading', 'planning', 'applying')",
    },
  ],
});

/** The run that answered a request with a key, so that a repeated request gets the same run. */
export const SyncRequest = defineEntity({
  name: 'SyncRequest',
  tableName: 'sync_request',
  properties: {
    requestKey: p.string().length(200).primary(),
    run: () => p.manyToOne(SyncRun).index().deleteRule('cascade'),
    requestedAt: p.datetime().defaultRaw('now()'),
  },
});

/** The part of a saved plan for one AccessGroup, and its outcome. `batch` null: there is nothing to apply. */
export const SyncRunGroup = defineEntity({
  name: 'SyncRunGroup',
  tableName: 'sync_run_group',
  properties: {
    run: () => p.manyToOne(SyncRun).primary().deleteRule('cascade'),
    seq: p.integer().primary(),
    batch: p.integer().nullable(),
    kind: p
      .enum(['create', 'rename', 'update', 'missing', 'retire', 'conflict', 'unknown', 'doubt'])
      .columnType('varchar(16)'),
    sources: p.array().columnType('uuid[]'),
    dn: p.text(),
    mapping: p.integer().nullable(),
    teamId: p.integer().nullable(),
    team: p.text(),
    accessGroupId: p.integer().nullable(),
    name: p.text(),
    previousName: p.text().nullable(),
    type: p.integer(),
    setType: p.integer().nullable(),
    setProjects: p.array().columnType('text[]').nullable(),
    desired: p.array().columnType('integer[]'),
    toAdd: p.array().columnType('integer[]'),
    toRemove: p.array().columnType('integer[]'),
    /** Removals that wait for approval. null: none; empty: only the deletion of the group itself waits. */
    held: p.array().columnType('integer[]').nullable(),
    /** For a `doubt`: the members who stay because of it. */
    kept: p.array().columnType('integer[]').nullable(),
    /** The facts for members of toRemove other than `not_member`: user ids by fact. */
    facts: p.json().nullable(),
    deleteGroup: p.boolean().default(false),
    reason: p.text().nullable(),
    explanation: p.text().nullable(),
    outcome: p.enum(GROUP_OUTCOMES).columnType('varchar(16)'),
    added: p.integer().default(0),
    removed: p.integer().default(0),
    error: p.text().nullable(),
    settledAt: p.datetime().nullable(),
  },
  indexes: [
    { name: 'sync_run_group_pending_index', properties: ['run', 'batch'], where: "outcome = 'pending'" },
  ],
});

/** Totals of the runs that ended, by status. A trigger counts them. */
export const RunTotal = defineEntity({
  name: 'RunTotal',
  tableName: 'run_total',
  properties: {
    directory: p.string().length(64).primary(),
    status: p.string().length(16).primary(),
    runs: p.bigint('number').defaultRaw('0'),
    added: p.bigint('number').defaultRaw('0'),
    removed: p.bigint('number').defaultRaw('0'),
  },
});
