/** The sessions of signed-in users in PostgreSQL. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sessionsOf } from '../../../src/store/sessions/sessions.ts';
import { oidcSettings } from '../../support/given/http/openid.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { type FreshDatabase, freshDatabase } from '../../support/servers/database.ts';

const ADA = { name: 'ada', groups: ['ops', 'staff'] };
const SETTINGS = oidcSettings('https://id.example.com');

describe('sessions', () => {
  let fresh: FreshDatabase;
  beforeAll(async () => {
    fresh = await freshDatabase();
  });
  afterAll(() => fresh[Symbol.asyncDispose]());

  const sessions = (settings = SETTINGS) => sessionsOf(fresh.db, () => settings);
  const age = (column: 'created_at' | 'seen_at', ms: number) =>
    rowsOf(
      fresh.db,
      sql`update user_session set ${sql.id(column)} = now() - ${ms} * interval '1 millisecond'`,
    );
  const count = async () => (await rowsOf(fresh.db, sql`select from user_session`)).length;

  it('are known to every process until they are closed', async () => {
    const id = await sessions().open(ADA);
    expect(id).toMatch(/^[\w-]{43}$/);
    expect(await sessions().find(id, true)).toEqual(ADA);
    expect(await sessions().find(`${id}x`, true)).toBeUndefined();
    expect(JSON.stringify(await rowsOf(fresh.db, sql`select * from user_session`))).not.toContain(id);
    await sessions().close(id);
    expect(await sessions().find(id, true)).toBeUndefined();
  });

  it('end after their duration, although they are used', async () => {
    const id = await sessions().open(ADA);
    await age('created_at', SETTINGS.sessionMs - 30_000);
    expect(await sessions().find(id, true)).toEqual(ADA);
    await age('created_at', SETTINGS.sessionMs + 1);
    expect(await sessions().find(id, true)).toBeUndefined();
  });

  it('end without a request, but not while requests renew them', async () => {
    const id = await sessions().open(ADA);
    await age('seen_at', SETTINGS.sessionIdleMs - 30_000);
    expect(await sessions().find(id, false)).toEqual(ADA);
    expect(
      await rowsOf(fresh.db, sql`select from user_session where seen_at > now() - interval '9 minutes'`),
    ).toEqual([]);
    expect(await sessions().find(id, true)).toEqual(ADA);
    expect(
      await rowsOf(fresh.db, sql`select from user_session where seen_at > now() - interval '1 minute'`),
    ).toHaveLength(1);
    await age('seen_at', SETTINGS.sessionIdleMs + 1);
    expect(await sessions().find(id, true)).toBeUndefined();
  });

  it('are deleted after their end by the next sign-in', async () => {
    await age('created_at', SETTINGS.sessionMs + 1);
    await sessions().open(ADA);
    expect(await count()).toBe(1);
  });

  it('belong to one client of one provider', async () => {
    const id = await sessions().open(ADA);
    expect(await sessions({ ...SETTINGS, clientId: 'other' }).find(id, true)).toBeUndefined();
    expect(await sessions(oidcSettings('https://other.example.com')).find(id, true)).toBeUndefined();
    expect(await sessions().find(id, true)).toEqual(ADA);
  });
});
