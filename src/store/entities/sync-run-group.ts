import { defineEntity, p } from '@mikro-orm/core';
import type { ChangeKind } from '../../model-plan.ts';
import type { RunGroup } from '../../run.ts';
import { SyncRun } from './sync-run.ts';

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
