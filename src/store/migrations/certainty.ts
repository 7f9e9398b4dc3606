import { Migration } from '@mikro-orm/migrations';
import { createDoubts, dropDoubts } from './certainty/doubts.ts';
import { forgetExpiry, rememberExpiry } from './certainty/expiry.ts';
import { createFirstRun, dropFirstRun } from './certainty/first-run.ts';
import { createOlderWorkers, dropOlderWorkers } from './certainty/older-workers.ts';
import { createOutcomes, dropOutcomes } from './certainty/outcomes.ts';
import { createSuperseded, dropSuperseded } from './certainty/superseded.ts';
import { createTailing, dropTailing } from './certainty/tailing.ts';
import { createTeamAudit, dropTeamAudit } from './certainty/team-audit.ts';

/** In the order in which they build on each other. */
const PARTS = [
  [createDoubts, dropDoubts],
  [createOutcomes, dropOutcomes],
  [createOlderWorkers, dropOlderWorkers],
  [createTeamAudit, dropTeamAudit],
  [createTailing, dropTailing],
  [createFirstRun, dropFirstRun],
  [rememberExpiry, forgetExpiry],
  [createSuperseded, dropSuperseded],
] as const;

/** What is known for certain, what is not, and since when. Adds only: the release before goes on working with it, but begins no run. */
export class CertaintyMigration extends Migration {
  override name = '20261130_certainty';

  override up(): void {
    for (const [create] of PARTS) this.addSql(create);
  }

  override down(): void {
    for (const [, drop] of PARTS.toReversed()) this.addSql(drop);
  }
}
