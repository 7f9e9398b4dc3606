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

/** One message about an alarm for one webhook. */
export const Notice = defineEntity({
  name: 'Notice',
  tableName: 'notice',
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    alarm: () => p.manyToOne(Alarm).deleteRule('cascade').index(),
    webhook: p.string().length(64),
    body: p.text(),
    state: p
      .string()
      .length(16)
      .$type<'waiting' | 'delivered' | 'superseded' | 'given_up'>()
      .default('waiting'),
    attempts: p.integer().default(0),
    error: p.text().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    /** When staleNotices last handed it out. */
    lookedAt: p.datetime().defaultRaw('now()'),
    settledAt: p.datetime().nullable(),
  },
});
