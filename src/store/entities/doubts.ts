/** Entities of doubts, unresolved members and unresolved references. */
import { defineEntity, p } from '@mikro-orm/core';
import type { KnownDoubt, KnownReference } from '../../model/doubt.ts';
import { AccessGroup, AuthUser } from './access.ts';
import { DirectoryGroup } from './links.ts';

/**
 * A member who stays because it is unknown whether they are still in the directory group. `runId`: the run that last
 * wrote the row.
 */
export const MembershipDoubt = defineEntity({
  name: 'MembershipDoubt',
  tableName: 'membership_doubt',
  properties: {
    accessGroup: () => p.manyToOne(AccessGroup).primary().updateRule('no action').deleteRule('cascade'),
    user: () => p.manyToOne(AuthUser).primary().index().updateRule('no action').deleteRule('cascade'),
    directory: p.string().length(64),
    kind: p.string().length(32).$type<KnownDoubt['kind']>(),
    keys: p.array().columnType('text[]'),
    dns: p.array().columnType('text[]'),
    since: p.datetime().defaultRaw('now()'),
    runId: p.bigint('number'),
    decision: p.enum(['keep', 'remove']).columnType('varchar(8)').nullable(),
    decidedBy: p.string().length(150).nullable(),
    decisionReason: p.text().nullable(),
    decidedAt: p.datetime().nullable(),
  },
  checks: [
    {
      name: 'membership_doubt_decided_check',
      expression: 'num_nulls(decision, decided_by, decision_reason, decided_at) in (0, 4)',
    },
  ],
  indexes: [{ name: 'membership_doubt_directory_index', properties: ['directory', 'since'] }],
});

/** A member value that leads to no usable local user. The row is deleted when it leads to one. `runId`: the run that found it. */
export const UnresolvedMember = defineEntity({
  name: 'UnresolvedMember',
  tableName: 'unresolved_member',
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    directory: p.string().length(64),
    group: () =>
      p
        .manyToOne(DirectoryGroup)
        .joinColumns('directory', 'group_external_id')
        .ownColumns('group_external_id')
        .foreignKeyName('unresolved_member_group_foreign')
        .updateRule('no action')
        .deleteRule('cascade'),
    member: p.text(),
    /** The attribute of the group or person that contains the value. */
    attribute: p.text().nullable(),
    reason: p.string().length(64),
    runId: p.bigint('number'),
    since: p.datetime().defaultRaw('now()'),
  },
  indexes: [{ properties: ['directory', 'id'] }],
});

/**
 * A member value that led to no single entry in the last complete read. `since`: the first of the consecutive complete
 * reads with this result.
 */
export const UnresolvedReference = defineEntity({
  name: 'UnresolvedReference',
  tableName: 'unresolved_reference',
  properties: {
    directory: p.string().length(64).primary(),
    /** md5 of the key, because the key may exceed the size limit of an index. */
    keyHash: p.uuid().primary().generated('(md5(key))::uuid stored'),
    key: p.text(),
    absent: p.boolean(),
    groups: p.json().$type<KnownReference['groups']>().defaultRaw(`'{}'`),
    since: p.datetime().defaultRaw('now()'),
    runId: p.bigint('number'),
  },
});
