/** The entity of the changes that groups in shadow would have. */
import { defineEntity, p } from '@mikro-orm/core';

/** What a run would do to one group in shadow. `runId`, `since`: the run that first found that the group differs. */
export const ShadowChangeRow = defineEntity({
  name: 'ShadowChangeRow',
  tableName: 'shadow_change',
  properties: {
    directory: p.string().length(64).primary(),
    seq: p.integer().primary(),
    dn: p.text(),
    mapping: p.text(),
    kind: p.string().length(16),
    accessGroupId: p.integer().nullable().index(),
    team: p.text(),
    name: p.text(),
    previousName: p.text().nullable(),
    toAdd: p.array(Number).columnType('integer[]'),
    newUsers: p.array().columnType('text[]'),
    toRemove: p.array(Number).columnType('integer[]'),
    facts: p.json().nullable(),
    held: p.integer(),
    reason: p.text().nullable(),
    explanation: p.text().nullable(),
    runId: p.bigint('number'),
    since: p.datetime(),
  },
});
