import { defineEntity, p } from '@mikro-orm/core';
import { SyncRun } from './sync-run.ts';

/** Which run answered a request that brought a key, so that the same request again gets the same run. */
export const SyncRequest = defineEntity({
  name: 'SyncRequest',
  tableName: 'sync_request',
  properties: {
    requestKey: p.string().length(200).primary(),
    run: () => p.manyToOne(SyncRun).index().deleteRule('cascade'),
    requestedAt: p.datetime().defaultRaw('now()'),
  },
});
