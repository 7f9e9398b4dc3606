import { defineEntity, p } from '@mikro-orm/core';
import type { RunCounts, RunMode, RunTrigger } from '../../run.ts';
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
