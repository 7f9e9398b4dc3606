/** A release that is older than the schema of its database. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrationsFinding } from '../../../src/app/operations/database.ts';
import { migrationStatus } from '../../../src/store/database/migrate.ts';
import { openInstallation } from '../../support/given/installation.ts';
import { forceSql } from '../../support/servers/force.ts';

describe('an older program', () => {
  it('refuses a newer schema and names its migrations, in check, serve and every command but migrate (G81)', async () => {
    await using installation = await openInstallation();
    expect(await migrationsFinding(installation.db)).toMatchObject({ level: 'ok' });
    await forceSql(installation.db, sql`insert into schema_migration (name) values ('20991231_future')`);
    expect(await migrationsFinding(installation.db)).toMatchObject({
      level: 'fail',
      message: 'the database schema is newer than this version of Rollcall (20991231_future)',
    });
    for (const command of [['serve'], ['status'], ['check']]) {
      const { code, stdout, stderr } = await installation.call(...command);
      expect([command, code === 0, `${stdout}${stderr}`.includes('newer than this version')]).toEqual([
        command,
        false,
        true,
      ]);
    }
    expect(await installation.call('migrate', 'status')).toMatchObject({ code: 0 });
    expect((await migrationStatus(installation.db)).pending).toEqual([]);
  });
});
