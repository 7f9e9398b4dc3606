/** What `check` says about the rights of the role that connects. */
import { describe, expect, it } from 'vitest';
import { roleFinding } from '../../../src/store/check/rights.ts';
import { closeDatabase, openDatabase } from '../../../src/store/database/database.ts';
import { freshDatabase } from '../../support/servers/database.ts';
import { openRole } from '../../support/servers/role.ts';

const RUNTIME = `
  grant select, insert, update, delete on all tables in schema public to ROLE;
  revoke update, delete on membership_change, access_group_change, audit_seal from ROLE`;

async function findingFor(grants: string, retention = false) {
  await using fresh = await freshDatabase();
  await using session = await openRole(fresh.settings.url, grants);
  const db = await openDatabase({ ...fresh.settings, url: session.url });
  const finding = await roleFinding(db, { retention }).finally(() => closeDatabase(db));
  return { ...finding, fix: finding.fix?.replaceAll(session.role, 'ROLE') };
}

describe('the finding about the database role', () => {
  it('is ok for the owner of the tables, and says what that means', async () => {
    await using fresh = await freshDatabase();
    const finding = await roleFinding(fresh.db, { retention: true });
    expect(finding).toMatchObject({ level: 'ok', message: expect.stringContaining('owns the tables') });
  });

  it('is ok for a runtime that cannot change the audit', async () => {
    expect(await findingFor(RUNTIME)).toMatchObject({ level: 'ok' });
  });

  it('names the missing rights with the statements that give them', async () => {
    const finding = await findingFor(`${RUNTIME}; revoke update, delete on sync_run from ROLE`);
    expect(finding).toMatchObject({
      level: 'fail',
      fix: 'run deploy/roles.sql, or: grant update, delete on "public"."sync_run" to "ROLE"',
    });
  });

  it('warns about a runtime that may change the audit', async () => {
    const finding = await findingFor(`${RUNTIME}; grant update on membership_change to ROLE`);
    expect(finding).toMatchObject({ level: 'warn', fix: expect.stringContaining('revoke update, delete') });
  });

  it('needs the right to delete audit rows only if retention.audit is set', async () => {
    expect(await findingFor(RUNTIME, true)).toMatchObject({
      level: 'fail',
      fix: expect.stringContaining('grant delete on "public"."membership_change"'),
    });
    const granted = `${RUNTIME}; grant delete on membership_change, access_group_change, audit_seal to ROLE`;
    expect(await findingFor(granted, true)).toMatchObject({ level: 'ok' });
    expect(await findingFor(granted)).toMatchObject({ level: 'warn' });
  });
});
