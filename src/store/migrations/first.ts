/** The migration that creates the schema of the first release. */
import { Migration } from '@mikro-orm/migrations';
import { createAccess, dropAccess } from './first/access.ts';
import { createAudit, dropAudit } from './first/audit.ts';
import { createCore, dropCore } from './first/core.ts';
import { createRules, dropRules } from './first/rules.ts';
import { createState, dropState } from './first/state.ts';

/** Creates the whole schema of the first release. `down` drops all of it. */
export class FirstMigration extends Migration {
  override name = '20261122_first';

  override up(): void {
    for (const statements of [createCore, createState, createAudit, createRules, createAccess]) {
      this.addSql(statements);
    }
  }

  /**
   * Unlinks and releases the managed groups first, so that core tables that are kept contain no orphaned managed groups
   * (B20).
   */
  override down(): void {
    this.addSql('update directory_group set access_group_id = null, team_id = null');
    this.addSql('update access_group set managed = false where managed');
    for (const statements of [dropAccess, dropRules, dropAudit, dropState, dropCore]) {
      this.addSql(statements);
    }
  }
}
