import { defineEntity, p } from '@mikro-orm/core';

/** A member value that leads to no usable local user, as long as that is so. `runId`: the run that noticed. */
export const UnresolvedMember = defineEntity({
  name: 'UnresolvedMember',
  tableName: 'unresolved_member',
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    directory: p.string().length(64),
    groupExternalId: p.uuid(),
    member: p.text(),
    /** Where the value stands: of the group's attributes, or of a person's. */
    attribute: p.text().nullable(),
    reason: p.string().length(64),
    runId: p.bigint('number'),
    since: p.datetime().defaultRaw('now()'),
  },
});
