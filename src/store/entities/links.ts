/** Entities of the links between directory entries and local rows, and of a directory's state. */
import { defineEntity, p } from '@mikro-orm/core';
import type { DirectoryRules } from '../../model/operations/comparison.ts';
import { AccessGroup, AuthUser, Team } from './access.ts';

/** The state that the last complete read of a directory saved. */
export const DirectoryState = defineEntity({
  name: 'DirectoryState',
  tableName: 'directory_state',
  properties: {
    directory: p.string().length(64).primary(),
    marker: p.text().nullable(),
    /** When the first account in the read expires. An expiry does not change the marker. */
    expiresNext: p.datetime().nullable(),
    /** The last read of everything: when it was, the number of people, and how many of them were in mapped groups. */
    wholeAt: p.datetime().nullable(),
    people: p.integer().nullable(),
    referenced: p.integer().nullable(),
    /** The change marker of the last complete read, or of a later partial read that was applied, as the server returned it. */
    position: p.text().nullable(),
    /** How many times the marker was reset. */
    forgotten: p.integer().default(0),
    server: p.text(),
    configDigest: p.text(),
    lastCompleteAt: p.datetime(),
    idAttribute: p.string().length(64).nullable(),
    /** The fingerprint of the normalisation rules for names and DNs with which the links were made. */
    normalisation: p.string().length(64).nullable(),
    /** When the first writing run was confirmed. */
    confirmedAt: p.datetime().nullable(),
  },
});

/** The configuration that the runs of a directory use, without its connection and secrets. `since`: when a run used it first. */
export const DirectoryRulesRow = defineEntity({
  name: 'DirectoryRulesRow',
  tableName: 'directory_rules',
  properties: {
    directory: p.string().length(64).primary(),
    rules: p.json().$type<DirectoryRules>().columnType('json'),
    since: p.datetime(),
  },
});

/** When a group or nested group had last changed, as the server wrote it. An older time shows that a server lags. */
export const DirectoryEntryChange = defineEntity({
  name: 'DirectoryEntryChange',
  tableName: 'directory_entry_change',
  properties: {
    directory: p.string().length(64).primary(),
    externalId: p.uuid().primary(),
    changedAt: p.text(),
  },
});

/** The local user of a directory entry. `runId`: the run that last wrote the row. */
export const DirectoryUser = defineEntity({
  name: 'DirectoryUser',
  tableName: 'directory_user',
  uniques: [{ properties: ['user', 'directory'] }],
  properties: {
    directory: p.string().length(64).primary(),
    externalId: p.uuid().primary(),
    dn: p.text(),
    username: p.text().nullable(),
    user: () => p.manyToOne(AuthUser).deleteRule('cascade'),
    matchedBy: p.enum(['username', 'email', 'created']).columnType('varchar(16)'),
    runId: p.bigint('number'),
  },
});

/**
 * A link that waits for confirmation (`decision` null), or that an operator confirmed, refused or removed. `runId`: the run
 * that last wrote the link or the request.
 */
export const LinkRequest = defineEntity({
  name: 'LinkRequest',
  tableName: 'link_request',
  properties: {
    directory: p.string().length(64).primary(),
    externalId: p.uuid().primary(),
    user: () => p.manyToOne(AuthUser).primary().deleteRule('cascade'),
    dn: p.text(),
    username: p.text().nullable(),
    matchedBy: p.enum(['username', 'email', 'created']).columnType('varchar(16)'),
    since: p.datetime().defaultRaw('now()'),
    runId: p.bigint('number'),
    decision: p.enum(['confirm', 'refuse']).columnType('varchar(8)').nullable(),
    decidedBy: p.string().length(150).nullable(),
    decisionReason: p.text().nullable(),
    decidedAt: p.datetime().nullable(),
  },
  checks: [
    {
      name: 'link_request_decided_check',
      expression: 'num_nulls(decision, decided_by, decision_reason, decided_at) in (0, 4)',
    },
  ],
  indexes: [{ name: 'link_request_user_id_index', properties: ['user'] }],
});

/**
 * A directory group that a run has found. The migration defines the foreign key (accessGroupId, teamId, managed) to
 * access_group, because a MikroORM relation cannot express it. `appliedRun`: the newest run that reconciled it.
 */
export const DirectoryGroup = defineEntity({
  name: 'DirectoryGroup',
  tableName: 'directory_group',
  properties: {
    directory: p.string().length(64).primary(),
    externalId: p.uuid().primary(),
    dn: p.text(),
    cn: p.text(),
    mapping: p.text(),
    state: p.enum(['linked', 'conflict', 'missing', 'out_of_scope', 'released']).columnType('varchar(16)'),
    reason: p.text().nullable(),
    /** Consecutive complete reads that did not find it. */
    missedReads: p.smallint().default(0),
    missingSince: p.datetime().nullable(),
    accessGroup: () => p.manyToOne(AccessGroup).nullable().createForeignKeyConstraint(false),
    team: () => p.manyToOne(Team).nullable().deleteRule('cascade'),
    managed: p.boolean().generated('(true) stored'),
    appliedRun: p.bigint('number').nullable(),
    lastError: p.text().nullable(),
    /** When a user froze its AccessGroup. */
    frozenAt: p.datetime().nullable(),
    frozenBy: p.string().length(150).nullable(),
    frozenReason: p.text().nullable(),
    /** The held run in which a user rejected its removals, or left them out of an approval. */
    rejectedRun: p.bigint('number').nullable(),
  },
  checks: [
    { name: 'directory_group_link_check', expression: 'num_nulls(access_group_id, team_id) in (0, 2)' },
    {
      name: 'directory_group_frozen_check',
      expression: 'num_nulls(frozen_at, frozen_by, frozen_reason) in (0, 3)',
    },
  ],
  indexes: [
    {
      name: 'directory_group_access_group_id_index',
      properties: 'accessGroup',
      where: 'access_group_id is not null',
    },
  ],
});
