/** The migration that adds ownership, decisions, events and alarms. */
import { Migration } from '@mikro-orm/migrations';
import type { Core } from '../core/names.ts';
import { createAlarms, dropAlarms } from './ownership/alarms.ts';
import { createDecisions, dropDecisions } from './ownership/decisions.ts';
import { createEvents, dropEvents } from './ownership/events.ts';
import { createGrants, dropGrants } from './ownership/grants.ts';
import { createIndexes, dropIndexes } from './ownership/indexes.ts';
import { createLists, dropLists } from './ownership/lists.ts';
import { createOwner, dropOwner } from './ownership/owner.ts';
import { createRetention, dropRetention } from './ownership/retention.ts';
import { createReverting, dropReverting } from './ownership/reverting.ts';

/** What creates and drops each part, in dependency order. */
function partsOf(core: Core) {
  return [
    [createDecisions, dropDecisions],
    [createEvents, dropEvents],
    [createGrants, dropGrants],
    [createIndexes(core), dropIndexes(core)],
    [createAlarms, dropAlarms],
    [createRetention, dropRetention],
    [createReverting, dropReverting],
    [createOwner(core), dropOwner(core)],
    [createLists, dropLists],
  ] as const;
}

/** Records the owner of each group, the decisions of users, and the changes of groups themselves. */
export function ownershipMigration(core: Core) {
  return class extends Migration {
    override up(): void {
      for (const [create] of partsOf(core)) this.addSql(create);
    }

    override down(): void {
      for (const [, drop] of partsOf(core).toReversed()) this.addSql(drop);
    }
  };
}
