/** Entities of alarms and of the messages about them. */
import { defineEntity, p } from '@mikro-orm/core';

/** A condition of a directory that operators are notified about, from its start to its end. */
export const Alarm = defineEntity({
  name: 'Alarm',
  tableName: 'alarm',
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    directory: p.string().length(64),
    kind: p.enum(['held', 'failed', 'doubt', 'password', 'stale']).columnType('varchar(16)'),
    since: p.datetime().defaultRaw('now()'),
    toldAt: p.datetime().defaultRaw('now()'),
    endedAt: p.datetime().nullable(),
  },
  indexes: [{ properties: ['directory', 'since'] }],
  uniques: [{ name: 'alarm_one_open', properties: ['directory', 'kind'], where: 'ended_at is null' }],
});

/** One message for one webhook, about an alarm or about membership changes. */
export const Notice = defineEntity({
  name: 'Notice',
  tableName: 'notice',
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    alarm: () => p.manyToOne(Alarm).nullable().deleteRule('cascade').index(),
    webhook: p.string().length(64),
    body: p.text(),
    state: p
      .enum(['waiting', 'delivered', 'superseded', 'given_up'])
      .columnType('varchar(16)')
      .default('waiting'),
    attempts: p.integer().default(0),
    error: p.text().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    /** When staleNotices last returned it. */
    lookedAt: p.datetime().defaultRaw('now()'),
    settledAt: p.datetime().nullable(),
  },
  indexes: [{ name: 'notice_waiting_index', properties: 'lookedAt', where: "state = 'waiting'" }],
});

/** The cursor of the last membership change that a webhook was notified of. */
export const WebhookPosition = defineEntity({
  name: 'WebhookPosition',
  tableName: 'webhook_position',
  properties: {
    webhook: p.string().length(64).primary(),
    cursor: p.string().length(64),
  },
});
