/** Loads and settles the notices that are sent to webhooks. */
import { sql } from 'kysely';
import type { NewNotice } from '../../model/status/alarm.ts';
import type { WebhookStatus } from '../../model/status/status.ts';
import { storable } from '../../text/storable.ts';
import type { Database } from '../database/database.ts';
import { query, queryOne } from '../database/sql.ts';

/** A notice to deliver. undefined: it was delivered, or is no longer needed. */
export async function waitingNotice(db: Database, id: string): Promise<NewNotice | undefined> {
  return queryOne(
    db.orm.em.fork(),
    sql<NewNotice>`select webhook, body from notice where id = ${id}::uuid and state = 'waiting'`,
  );
}

/** Records a failed attempt; the notice keeps waiting. `error` contains no URL. */
export async function recordAttempt(db: Database, id: string, error: string): Promise<void> {
  await query(
    db.orm.em.fork(),
    sql`
      update notice set attempts = attempts + 1, error = ${storable(error)}
      where id = ${id}::uuid and state = 'waiting'`,
  );
}

/** Records the outcome of a waiting notice; any other notice is unchanged. */
export async function settleNotice(
  db: Database,
  id: string,
  end: { readonly state: 'delivered' } | { readonly state: 'given_up'; readonly error: string },
): Promise<void> {
  const error = end.state === 'given_up' ? storable(end.error) : null;
  await query(
    db.orm.em.fork(),
    sql`
      update notice set state = ${end.state}, error = ${error}, settled_at = now(),
        attempts = attempts + ${end.state === 'delivered' ? 1 : 0}
      where id = ${id}::uuid and state = 'waiting'`,
  );
}

/**
 * Returns notices that were not handed out for that long, for example after the queue was lost. They then count as
 * handed out.
 */
export async function staleNotices(
  db: Database,
  { olderThanMs }: { readonly olderThanMs: number },
): Promise<string[]> {
  const rows = await query(
    db.orm.em.fork(),
    sql<{ id: string }>`
      update notice set looked_at = now()
      where id in (
        select id from notice
        where state = 'waiting' and looked_at < now() - ${olderThanMs} * interval '1 millisecond'
        for update skip locked
      )
      returning id`,
  );
  return rows.map(row => row.id);
}

/** Whether a waiting notice has had no delivery attempt yet. */
export async function hasUntried(db: Database): Promise<boolean> {
  const found = await queryOne(
    db.orm.em.fork(),
    sql`select from notice where state = 'waiting' and attempts = 0 limit 1`,
  );
  return found !== undefined;
}

interface WebhookRow {
  readonly webhook: string;
  readonly waiting: number;
  readonly givenUp: number;
  readonly lastDelivered: number | null;
  readonly lastError: string | null;
}

/** The delivery status of each of these webhooks. */
export async function webhookStatus(db: Database, names: readonly string[]): Promise<WebhookStatus[]> {
  if (names.length === 0) return [];
  const rows = await query(
    db.orm.em.fork(),
    sql<WebhookRow>`
      select w.name as webhook,
        count(n.id) filter (where n.state = 'waiting')::int as waiting,
        count(n.id) filter (where n.state = 'given_up' and n.settled_at > coalesce(d.at, '-infinity'))::int as "givenUp",
        extract(epoch from d.at)::float8 * 1000 as "lastDelivered",
        (array_agg(n.error order by n.created_at desc)
          filter (where n.error is not null and n.created_at > coalesce(d.at, '-infinity')))[1] as "lastError"
      from unnest(${names}::text[]) with ordinality as w (name, place)
      left join lateral (
        select max(settled_at) as at from notice where webhook = w.name and state = 'delivered'
      ) d on true
      left join notice n on n.webhook = w.name
      group by w.name, w.place, d.at order by w.place`,
  );
  return rows.map(({ webhook, waiting, givenUp, lastDelivered, lastError }) => ({
    name: webhook,
    waiting,
    givenUp,
    lastDeliveredAt: lastDelivered === null ? undefined : new Date(lastDelivered),
    lastError: lastError ?? undefined,
  }));
}
