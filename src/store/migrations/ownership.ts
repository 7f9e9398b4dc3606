/** The migration that adds ownership, decisions, events and alarms. */
import { Migration } from '@mikro-orm/migrations';
import { createAlarms, dropAlarms } from './ownership/alarms.ts';
import { createDecisions, dropDecisions } from './ownership/decisions.ts';
import { createEvents, dropEvents } from './ownership/events.ts';
import { createGrants, dropGrants } from './ownership/grants.ts';
import { createIndexes, dropIndexes } from './ownership/indexes.ts';
import { createLists, dropLists } from './ownership/lists.ts';
import { createOwner, dropOwner } from './ownership/owner.ts';
import { createRetention, dropRetention } from './ownership/retention.ts';
import { createReverting, dropReverting } from './ownership/reverting.ts';

/** In dependency order. */
const PARTS = [
  [createDecisions, dropDecisions],
  [createEvents, dropEvents],
  [createGrants, dropGrants],
  [createIndexes, dropIndexes],
  [createAlarms, dropAlarms],
  [createRetention, dropRetention],
  [createReverting, dropReverting],
  [createOwner, dropOwner],
  [createLists, dropLists],
] as const;

/** Records the owner of each group, the decisions of users, and the changes of groups themselves. */
export class OwnershipMigration extends Migration {
  override name = '20261123_ownership';

  override up(): void {
    for (const [create] of PARTS) this.addSql(create);
  }

  override down(): void {
    for (const [, drop] of PARTS.toReversed()) this.addSql(drop);
  }
}
