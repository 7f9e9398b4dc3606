import { Migration } from '@mikro-orm/migrations';
import { createDecisions, dropDecisions } from './ownership/decisions.ts';
import { createEvents, dropEvents } from './ownership/events.ts';

/** Who owns what, what people decided about it, and what became of the groups themselves. */
export class OwnershipMigration extends Migration {
  override name = '20261123_ownership';

  override up(): void {
    for (const statements of [createDecisions, createEvents]) this.addSql(statements);
  }

  override down(): void {
    for (const statements of [dropEvents, dropDecisions]) this.addSql(statements);
  }
}
