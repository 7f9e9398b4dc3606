/** The migration that creates the schema of the first release. */
import { Migration } from '@mikro-orm/migrations';
import type { CoreSettings } from '../../model/settings.ts';
import { coreOf } from '../core/names.ts';
import { createViews } from '../core/views.ts';
import { createAccess, dropAccess } from './first/access.ts';
import { createAudit, dropAudit } from './first/audit.ts';
import { createCore, dropCore } from './first/core.ts';
import { createRules, dropRules } from './first/rules.ts';
import { createState, dropState } from './first/state.ts';

/** Creates the whole schema of the first release. `down` drops all of it. */
export function firstMigration(settings: CoreSettings | undefined) {
  const core = coreOf(settings);
  const create = [createCore(core), createState(core), createAudit(core), createRules(core), createAccess];
  const drop = [dropAccess, dropRules(core), dropAudit(core), dropState, dropCore(core)];
  return class extends Migration {
    override up(): void {
      if (settings !== undefined) this.addSql(createViews(settings));
      for (const statements of create) this.addSql(statements);
    }

    /**
     * Unlinks and releases the managed groups first, so that core tables that are kept contain no orphaned managed
     * groups (B20).
     */
    override down(): void {
      this.addSql('update directory_group set access_group_id = null, team_id = null');
      this.addSql('update access_group set managed = false where managed');
      for (const statements of drop) this.addSql(statements);
    }
  };
}
