import { defineEntity, p } from '@mikro-orm/core';
import type { AlarmKind } from '../../alarm.ts';

/** Something about a directory that people have to be told, from its beginning to its end. */
export const Alarm = defineEntity({
  name: 'Alarm',
  tableName: 'alarm',
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    directory: p.string().length(64),
    kind: p.string().length(16).$type<AlarmKind>(),
    since: p.datetime().defaultRaw('now()'),
    toldAt: p.datetime().defaultRaw('now()'),
    endedAt: p.datetime().nullable(),
  },
  indexes: [{ name: 'alarm_directory_since_index', properties: ['directory', 'since'] }],
});
