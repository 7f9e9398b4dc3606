/** The migration that adds doubts, unresolved references and the state of reads. */
import { Migration } from '@mikro-orm/migrations';
import { createChangePosition, dropChangePosition } from './certainty/change-position.ts';
import { createDoubts, dropDoubts } from './certainty/doubts.ts';
import { forgetExpiry, rememberExpiry } from './certainty/expiry.ts';
import { createFirstRun, dropFirstRun } from './certainty/first-run.ts';
import { createLetterCase, dropLetterCase } from './certainty/letter-case.ts';
import { createNotification, dropNotification } from './certainty/notification.ts';
import { createOlderWorkers, dropOlderWorkers } from './certainty/older-workers.ts';
import { createOutcomes, dropOutcomes } from './certainty/outcomes.ts';
import { createSuperseded, dropSuperseded } from './certainty/superseded.ts';
import { createTailing, dropTailing } from './certainty/tailing.ts';
import { createTeamAudit, dropTeamAudit } from './certainty/team-audit.ts';

/** In dependency order. */
const PARTS = [
  [createDoubts, dropDoubts],
  [createOutcomes, dropOutcomes],
  [createOlderWorkers, dropOlderWorkers],
  [createTeamAudit, dropTeamAudit],
  [createTailing, dropTailing],
  [createNotification, dropNotification],
  [createChangePosition, dropChangePosition],
  [createLetterCase, dropLetterCase],
  [createFirstRun, dropFirstRun],
  [rememberExpiry, forgetExpiry],
  [createSuperseded, dropSuperseded],
] as const;

/**
 * Records what is certain, what is in doubt, and since when. It only adds to the schema: workers of the previous
 * release finish their runs but begin none.
 */
export class CertaintyMigration extends Migration {
  override name = '20261130_certainty';

  override up(): void {
    for (const [create] of PARTS) this.addSql(create);
  }

  override down(): void {
    for (const [, drop] of PARTS.toReversed()) this.addSql(drop);
  }
}
