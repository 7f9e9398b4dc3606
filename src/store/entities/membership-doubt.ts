import { defineEntity, p } from '@mikro-orm/core';
import type { KnownDoubt } from '../../model-doubt.ts';
import { AccessGroup } from './access-group.ts';
import { AuthUser } from './auth-user.ts';

/** A member who stays because it is not known that they are out. `runId`: the run that wrote the row last. */
export const MembershipDoubt = defineEntity({
  name: 'MembershipDoubt',
  tableName: 'membership_doubt',
  properties: {
    accessGroup: () => p.manyToOne(AccessGroup).primary().updateRule('no action').deleteRule('cascade'),
    user: () => p.manyToOne(AuthUser).primary().updateRule('no action').deleteRule('cascade'),
    directory: p.string().length(64),
    kind: p.string().length(32).$type<KnownDoubt['kind']>(),
    keys: p.array().columnType('text[]'),
    dns: p.array().columnType('text[]'),
    since: p.datetime().defaultRaw('now()'),
    runId: p.bigint('number'),
    decision: p.string().length(8).$type<KnownDoubt['decision']>().nullable(),
    decidedBy: p.string().length(150).nullable(),
    decisionReason: p.text().nullable(),
    decidedAt: p.datetime().nullable(),
  },
});
