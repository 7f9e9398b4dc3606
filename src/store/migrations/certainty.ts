/** The migration that adds doubts, unresolved references and the state of reads. */
import { Migration } from '@mikro-orm/migrations';
import type { Core } from '../core/names.ts';
import { createNotification, dropNotification } from './certainty/audit/notification.ts';
import { createRealRole, dropRealRole } from './certainty/audit/real-role.ts';
import { createRunTotals, dropRunTotals } from './certainty/audit/run-totals.ts';
import { createSeals, dropSeals } from './certainty/audit/seals.ts';
import { createTailing, dropTailing } from './certainty/audit/tailing.ts';
import { createTeamAudit, dropTeamAudit } from './certainty/audit/team-audit.ts';
import { createChangePosition, dropChangePosition } from './certainty/change-position.ts';
import { createConfiguration, dropConfiguration } from './certainty/configuration.ts';
import { createDoubts, dropDoubts } from './certainty/doubts.ts';
import { createExpiry, dropExpiry } from './certainty/expiry.ts';
import { createFirstRun, dropFirstRun } from './certainty/first-run.ts';
import { createLetterCase, dropLetterCase } from './certainty/letter-case.ts';
import { createLongNames, dropLongNames } from './certainty/long-names.ts';
import { createOlderWorkers, dropOlderWorkers } from './certainty/older-workers.ts';
import { createOutcomes, dropOutcomes } from './certainty/outcomes.ts';
import { createLinkRequests, dropLinkRequests } from './certainty/people/link-requests.ts';
import { createDirectoryRules, dropDirectoryRules } from './certainty/rules.ts';
import { createSearch, dropSearch } from './certainty/search.ts';
import { createSessions, dropSessions } from './certainty/sessions.ts';
import { createSuperseded, dropSuperseded } from './certainty/superseded.ts';
import { createWatch, dropWatch } from './certainty/watch.ts';

/** What creates and drops each part, in dependency order. */
function partsOf(core: Core) {
  return [
    [createDoubts(core), dropDoubts],
    [createOutcomes, dropOutcomes],
    [createOlderWorkers, dropOlderWorkers],
    [createTeamAudit(core), dropTeamAudit(core)],
    [createTailing, dropTailing],
    [createNotification, dropNotification],
    [createChangePosition, dropChangePosition],
    [createLetterCase(core), dropLetterCase(core)],
    [createFirstRun, dropFirstRun],
    [createExpiry, dropExpiry],
    [createSuperseded, dropSuperseded],
    [createLongNames, dropLongNames],
    [createSeals, dropSeals],
    [createRunTotals, dropRunTotals],
    [createRealRole, dropRealRole],
    [createWatch, dropWatch],
    [createDirectoryRules, dropDirectoryRules],
    [createConfiguration, dropConfiguration],
    [createSearch, dropSearch],
    [createSessions, dropSessions],
    [createLinkRequests(core), dropLinkRequests],
  ] as const;
}

/**
 * Records what is certain, what is in doubt, and since when. It only adds to the schema: workers of the previous
 * release finish their runs but begin none.
 */
export function certaintyMigration(core: Core) {
  return class extends Migration {
    override up(): void {
      for (const [create] of partsOf(core)) this.addSql(create);
    }

    override down(): void {
      for (const [, drop] of partsOf(core).toReversed()) this.addSql(drop);
    }
  };
}
