/** Entities of the two audit tables and their seals. */
import { defineEntity, p } from '@mikro-orm/core';

/** Append-only: the database refuses updates and deletes. Names are those at the time of the change. */
export const MembershipChange = defineEntity({
  name: 'MembershipChange',
  tableName: 'membership_change',
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    at: p.datetime().defaultRaw('now()'),
    runId: p.bigint('number').nullable(),
    actor: p.string().length(150).nullable(),
    action: p.enum(['add', 'remove']).columnType('varchar(8)'),
    accessGroupId: p.integer().index(),
    userId: p.integer().index(),
    username: p.text(),
    groupName: p.string().length(64),
    teamSlug: p.text(),
    directory: p.string().length(64).nullable(),
    reason: p.string().length(64),
    /** The role of the session that inserted the row. Older rows have none. */
    databaseRole: p.text().nullable().defaultRaw('SESSION_USER'),
    /** The transaction that inserted the row. */
    xact: p.string().columnType('xid8').defaultRaw('pg_current_xact_id()'),
  },
  indexes: [
    { name: 'membership_change_run_id_at_index', properties: ['runId', 'at'], where: 'run_id is not null' },
    { name: 'membership_change_at_index', properties: 'at' },
    { name: 'membership_change_xact_index', properties: ['xact', 'id'] },
  ],
});

const GROUP_ACTIONS = [
  'create',
  'rename',
  'settings',
  'delete',
  'adopt',
  'release',
  'relink',
  'freeze',
  'unfreeze',
] as const;

export type GroupAction = (typeof GROUP_ACTIONS)[number];

/** A change of a group itself. Append-only like MembershipChange; names are those at the time of the change. */
export const AccessGroupChange = defineEntity({
  name: 'AccessGroupChange',
  tableName: 'access_group_change',
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    at: p.datetime().defaultRaw('now()'),
    runId: p.bigint('number').nullable(),
    actor: p.string().length(150).nullable(),
    action: p.enum(GROUP_ACTIONS).columnType('varchar(16)'),
    accessGroupId: p.integer().index(),
    groupName: p.string().length(64),
    previousName: p.string().length(64).nullable(),
    teamSlug: p.text(),
    directory: p.string().length(64).nullable(),
    reason: p.text(),
    /** The role of the session that inserted the row. Older rows have none. */
    databaseRole: p.text().nullable().defaultRaw('SESSION_USER'),
    /** The transaction that inserted the row. */
    xact: p.string().columnType('xid8').defaultRaw('pg_current_xact_id()'),
  },
  indexes: [
    { name: 'access_group_change_run_id_index', properties: 'runId', type: 'brin' },
    { name: 'access_group_change_at_index', properties: 'at' },
    { name: 'access_group_change_xact_index', properties: ['xact', 'id'] },
  ],
});

/** A link of the chain of hashes over the audit. Append-only like MembershipChange. */
export const AuditSeal = defineEntity({
  name: 'AuditSeal',
  tableName: 'audit_seal',
  properties: {
    number: p.bigint('number').primary().autoincrement(false),
    kind: p.enum(['rows', 'retention', 'restore']).columnType('varchar(16)'),
    sealedAt: p.datetime(),
    xact: p.string().columnType('xid8').index(),
    rowCount: p.bigint('number'),
    digest: p.text(),
    memberBorder: p.bigint('number'),
    groupBorder: p.bigint('number'),
    intact: p.boolean(),
    previous: p.text(),
    head: p.text(),
  },
});
