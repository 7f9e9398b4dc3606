import { defineEntity, p } from '@mikro-orm/core';
import type { ChangeKind } from '../../model-plan.ts';
import type { RunCounts, RunGroup, RunMode, RunTrigger } from '../../run.ts';
import type { RunStatus } from '../../run-status.ts';

/** One pass over one directory. `owner` and `leaseUntil` are set while a worker reads and plans. */
export const SyncRun = defineEntity({
  name: 'SyncRun',
  tableName: 'sync_run',
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    directory: p.string().length(64),
    trigger: p.string().length(16).$type<RunTrigger>(),
    requestedBy: p.string().length(150).nullable(),
    mode: p.string().length(16).$type<RunMode>(),
    /** A group's DN or name, where only one group is to be resynced. */
    groupName: p.text().nullable(),
    status: p.string().length(16).$type<RunStatus>().default('queued'),
    counts: p.json().$type<RunCounts>().defaultRaw("'{}'"),
    errorCode: p.string().length(64).nullable(),
    errorMessage: p.text().nullable(),
    /** The held run whose removals a person allowed. */
    approves: p.bigint('number').nullable(),
    /** Seqs of the approved run's rows that the approval is for; null: all of them. */
    approvedGroups: p.array(Number).columnType('integer[]').nullable(),
    /** The run whose changes this one takes back. */
    reverts: p.bigint('number').nullable(),
    revertReason: p.text().nullable(),
    /** `forgotten` of the directory as the run began. */
    forgottenBefore: p.bigint('number').nullable(),
    decidedBy: p.string().length(150).nullable(),
    decisionReason: p.text().nullable(),
    decidedAt: p.datetime().nullable(),
    owner: p.string().length(200).nullable(),
    leaseUntil: p.datetime().nullable(),
    /** When staleWork last handed it out. */
    lookedAt: p.datetime().defaultRaw('now()'),
    queuedAt: p.datetime().defaultRaw('now()'),
    startedAt: p.datetime().nullable(),
    finishedAt: p.datetime().nullable(),
  },
});

/** Which run answered a request that brought a key, so that the same request again gets the same run. */
export const SyncRequest = defineEntity({
  name: 'SyncRequest',
  tableName: 'sync_request',
  properties: {
    requestKey: p.string().length(200).primary(),
    run: () => p.manyToOne(SyncRun).index().deleteRule('cascade'),
    requestedAt: p.datetime().defaultRaw('now()'),
  },
});

/** One AccessGroup's part of a saved plan, and what became of it. `batch` null: there is nothing to apply. */
export const SyncRunGroup = defineEntity({
  name: 'SyncRunGroup',
  tableName: 'sync_run_group',
  properties: {
    run: () => p.manyToOne(SyncRun).primary().deleteRule('cascade'),
    seq: p.integer().primary(),
    batch: p.integer().nullable(),
    kind: p.string().length(16).$type<ChangeKind>(),
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
    /** Removals that wait for a person; null: none wait, empty: only the removal of the group itself does. */
    held: p.array().columnType('integer[]').nullable(),
    /** Of `doubt`: the members who stay because of it. */
    kept: p.array().columnType('integer[]').nullable(),
    /** Why members of toRemove are out, where another fact than `not_member` says so: user ids by fact. */
    facts: p.json().nullable(),
    deleteGroup: p.boolean().default(false),
    reason: p.text().nullable(),
    explanation: p.text().nullable(),
    outcome: p.string().length(16).$type<RunGroup['outcome']>(),
    added: p.integer().default(0),
    removed: p.integer().default(0),
    error: p.text().nullable(),
    settledAt: p.datetime().nullable(),
  },
});
