import { defineEntity, p } from '@mikro-orm/core';
import { Alarm } from './alarm.ts';

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
