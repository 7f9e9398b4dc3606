import { defineEntity, p } from '@mikro-orm/core';

/** A member value that led to no single entry in the last complete read, since the first read in a row that showed it so. */
export const UnresolvedReference = defineEntity({
  name: 'UnresolvedReference',
  tableName: 'unresolved_reference',
  properties: {
    directory: p.string().length(64).primary(),
    /** md5 of the key, which may be longer than an index takes. */
    keyHash: p.uuid().primary().generated('(md5(key))::uuid stored'),
    key: p.text(),
    absent: p.boolean(),
    since: p.datetime().defaultRaw('now()'),
    runId: p.bigint('number'),
  },
});
