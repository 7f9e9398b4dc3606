/** The entities of the processes of the service and of the reloads of their configuration. */
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
    config: p.json().$type<Readonly<Record<string, unknown>>>().nullable(),
    loadedAt: p.datetime().nullable(),
    reloadBy: p.text().nullable(),
  },
});

/** A reload of the configuration. With `problems`, it changed nothing. */
export const ConfigChange = defineEntity({
  name: 'ConfigChange',
  tableName: 'config_change',
  indexes: [
    {
      name: 'config_change_process_index',
      expression: 'create index config_change_process_index on config_change (process, id desc)',
    },
  ],
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    at: p.datetime().defaultRaw('now()'),
    process: p.uuid(),
    by: p.text(),
    changed: p.array().columnType('text[]'),
    problems: p.array().columnType('text[]'),
  },
});
