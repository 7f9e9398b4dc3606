/** The entity of a process of the service. */
import { defineEntity, p } from '@mikro-orm/core';
import type { Role } from '../../model/settings.ts';

/** `endedAt`: it was stopped. Without that, it is alive if it reported recently. */
export const ServiceProcessRow = defineEntity({
  name: 'ServiceProcessRow',
  tableName: 'service_process',
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    roles: p.array().$type<readonly Role[]>().columnType('text[]'),
    version: p.text(),
    startedAt: p.datetime().defaultRaw('now()'),
    seenAt: p.datetime().defaultRaw('now()'),
    endedAt: p.datetime().nullable(),
  },
});
