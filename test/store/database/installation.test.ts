/** Processes on one database and schema have the same installation id, and no others. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { closeDatabase, openDatabase } from '../../../src/store/database/database.ts';
import { installationId } from '../../../src/store/database/installation.ts';
import { rowsOf } from '../../support/given/saved-plan.ts';
import { freshDatabase } from '../../support/servers/database.ts';

describe('installationId', () => {
  it('is the same for every process, and another for each database and schema (G82)', async () => {
    await using one = await freshDatabase();
    await using two = await freshDatabase();
    await using stack = new AsyncDisposableStack();
    const again = stack.adopt(await openDatabase(one.settings), closeDatabase);
    const id = await installationId(one.db);
    expect(id).toMatch(/^[0-9a-f]{12}$/);
    expect(await installationId(again)).toBe(id);
    expect(await installationId(two.db)).not.toBe(id);
    expect(await installationId({ ...one.db, schema: 'other' })).not.toBe(id);
  });

  it('needs no right to read the identifier of the cluster (G82)', async () => {
    await using fresh = await freshDatabase();
    await using stack = new AsyncDisposableStack();
    const role = `weak_${process.pid}`;
    await rowsOf(fresh.db, sql.raw(`create role ${role} login password 'x'`));
    await rowsOf(fresh.db, sql`revoke execute on function pg_catalog.pg_control_system() from public`);
    stack.defer(() => rowsOf(fresh.db, sql.raw(`drop role ${role}`)).then(() => undefined));
    const url = Object.assign(new URL(fresh.settings.url), { username: role, password: 'x' }).href;
    const weak = stack.adopt(await openDatabase({ ...fresh.settings, url }), closeDatabase);
    expect(await installationId(weak)).toMatch(/^[0-9a-f]{12}$/);
  });
});
