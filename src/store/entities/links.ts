import { defineEntity, p } from '@mikro-orm/core';
import { AccessGroup, AuthUser, Team } from './access.ts';

/** What the last complete read of a directory left behind. */
export const DirectoryState = defineEntity({
  name: 'DirectoryState',
  tableName: 'directory_state',
  properties: {
    directory: p.string().length(64).primary(),
    marker: p.text().nullable(),
    /** When the first account that was read expires, which moves no marker. */
    expiresNext: p.datetime().nullable(),
    /** The change marker of the last complete read, as the server gave it. */
    position: p.text().nullable(),
    /** How often the marker was forgotten. */
    forgotten: p.integer().default(0),
    server: p.text(),
    configDigest: p.text(),
    lastCompleteAt: p.datetime(),
    idAttribute: p.string().length(64).nullable(),
    /** Of names and DNs: which rules the links were made by. */
    normalisation: p.string().length(64).nullable(),
    /** When the first run that changes anything was allowed. */
    confirmedAt: p.datetime().nullable(),
  },
});

/** Which local user a directory entry is. `runId`: the run that wrote the row last. */
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
 * A directory group that we have met. (accessGroupId, teamId, managed) refers to access_group as a whole, which no
 * MikroORM relation can say: the migration does. `appliedRun`: the newest run that reconciled it.
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
    /** Complete reads in a row that did not find it. */
    missedReads: p.smallint().default(0),
    missingSince: p.datetime().nullable(),
    accessGroup: () => p.manyToOne(AccessGroup).nullable().createForeignKeyConstraint(false),
    team: () => p.manyToOne(Team).nullable().deleteRule('cascade'),
    managed: p.boolean().generated('(true) stored'),
    appliedRun: p.bigint('number').nullable(),
    lastError: p.text().nullable(),
    /** A person told the sync to leave its AccessGroup alone. */
    frozenAt: p.datetime().nullable(),
    frozenBy: p.string().length(150).nullable(),
    frozenReason: p.text().nullable(),
    /** The held run in which a person rejected what it would have removed, or left it out of an approval. */
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
