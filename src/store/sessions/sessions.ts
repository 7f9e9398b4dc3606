/** The sessions of users who signed in at the OpenID provider. They outlive a restart, and all processes know them. */
import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { UnavailableError } from '../../errors.ts';
import type { Session, SessionOperations } from '../../model/sign-in/openid.ts';
import type { OidcSettings } from '../../model/sign-in/settings.ts';
import type { Database } from '../database/database.ts';
import { query, queryOne } from '../database/sql.ts';
import { execute } from '../database/transaction.ts';

/** The last use is written this often at most, and more often only if sessions end sooner. */
const RENEWED_EVERY_MS = 60_000;

/** The sessions of the configured provider. A change of the issuer or client ends all of them, and shorter limits apply at once. */
export function sessionsOf(db: Database, settingsNow: () => OidcSettings | undefined): SessionOperations {
  return {
    open: session => openSession(db, session, settingsNow()),
    find: (id, renew) => findSession(db, { id, renew }, settingsNow()),
    async close(id) {
      await execute(db, sql`delete from user_session where id = ${hashOf(id)}`);
    },
  };
}

/** Also deletes the sessions that have ended. */
async function openSession(
  db: Database,
  { name, groups }: Session,
  settings?: OidcSettings,
): Promise<string> {
  if (settings === undefined) throw new UnavailableError('no OpenID provider is configured');
  const id = randomBytes(32).toString('base64url');
  await execute(
    db,
    sql`
      with ended as (delete from user_session where not ${isOpen(settings)})
      insert into user_session (id, provider, name, groups)
      values (${hashOf(id)}, ${providerOf(settings)}, ${name}, ${[...groups]}::text[])`,
  );
  return id;
}

async function findSession(
  db: Database,
  { id, renew }: { readonly id: string; readonly renew: boolean },
  settings?: OidcSettings,
): Promise<Session | undefined> {
  if (settings === undefined) return undefined;
  const renewMs = Math.min(RENEWED_EVERY_MS, settings.sessionIdleMs / 4);
  const found = await queryOne(
    db.orm.em.fork(),
    sql<Session & { isOld: boolean }>`
      select name, groups, seen_at < now() - ${renewMs} * interval '1 millisecond' as "isOld" from user_session
      where id = ${hashOf(id)} and ${isOpen(settings)}`,
  );
  if (found === undefined) return undefined;
  if (renew && found.isOld) await renewSession(db, id);
  return { name: found.name, groups: found.groups };
}

/** A database that accepts no writes still answers reads. */
async function renewSession(db: Database, id: string): Promise<void> {
  const renewed = sql`update user_session set seen_at = now() where id = ${hashOf(id)}`;
  await query(db.orm.em.fork(), renewed).catch((error: unknown) => {
    if (!(error instanceof UnavailableError)) throw error;
  });
}

function isOpen(settings: OidcSettings) {
  return sql`(provider = ${providerOf(settings)}
    and created_at > now() - ${settings.sessionMs} * interval '1 millisecond'
    and seen_at > now() - ${settings.sessionIdleMs} * interval '1 millisecond')`;
}

function providerOf({ issuer, clientId }: OidcSettings): string {
  return `${issuer} ${clientId}`;
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}
