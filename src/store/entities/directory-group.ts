import { defineEntity, p } from '@mikro-orm/core';
import type { LinkState } from '../../model-current.ts';

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
    state: p.string().length(16).$type<LinkState>(),
    reason: p.text().nullable(),
    /** Complete reads in a row that did not find it. */
    missedReads: p.smallint().default(0),
    missingSince: p.datetime().nullable(),
    accessGroupId: p.integer().nullable(),
    teamId: p.integer().nullable(),
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
});
