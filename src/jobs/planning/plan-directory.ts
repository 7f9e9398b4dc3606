/** read → snapshot → plan → guard. Writes nothing: a dry run is this and no more. */
import { DirectoryError } from '../../errors.ts';
import type { CurrentState, ReadWith } from '../../model/current.ts';
import type { Approved, Plan } from '../../model/plan.ts';
import type { Planned } from '../../model/run.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { judgeSteps } from '../../plan/guard/guard.ts';
import { NORMALISATION } from '../../plan/guard/normalisation.ts';
import { changesSince } from '../../plan/guard/read-conditions.ts';
import { lookupRequestOf } from '../../plan/lookup-request.ts';
import { planSteps } from '../../plan/plan-sync.ts';
import { isPending } from '../../plan/report/describe-plan.ts';
import { flaggedGroups } from '../../plan/sets/group-flags.ts';
import { inTurns } from '../../steps/in-turns.ts';
import { configDigest, keptPosition } from './config-digest.ts';
import { confirmRemovals } from './confirm-removals.ts';
import { findDoubted } from './find-doubted.ts';
import type { PlanPorts, ReadOptions } from './plan-ports.ts';

/**
 * What a sync of this directory would do now. Throws DirectoryError when it cannot be read whole, or identifies its
 * entries by another attribute than those that are linked.
 */
export async function planDirectory(
  ports: PlanPorts,
  settings: DirectorySettings,
  options: PlanOptions = {},
): Promise<Planned> {
  const position = keptPosition(settings, await ports.loadPosition(settings.name));
  if (position === undefined) return await planRead(ports, settings, options);
  try {
    return await planRead(ports, settings, { ...options, position });
  } catch (error) {
    if (!(error instanceof DirectoryError) || error.code !== 'server_behind') throw error;
    // A server that lost its newest change marker in a crash is behind, too. Where it shows what is applied, nothing is lost.
    const planned = await planRead(ports, settings, options);
    if (isNews(planned.plan)) throw error;
    return planned;
  }
}

interface PlanOptions extends ReadOptions {
  /** What a person has allowed: the guard lets it pass. */
  readonly approved?: Approved;
}

/** Whether a plan would change anything, or sees less than what is known. */
function isNews(plan: Plan): boolean {
  const { missing, unknown, doubts } = plan.counts;
  return isPending(plan) || missing + unknown + doubts + plan.newUsers.length > 0;
}

async function planRead(
  ports: PlanPorts,
  settings: DirectorySettings,
  reading: PlanOptions,
): Promise<Planned> {
  const read = await ports.readDirectory(settings, reading);
  const turns = { signal: reading.signal };
  const current = await ports.loadCurrent(
    settings.name,
    await inTurns(lookupRequestOf(read, settings), turns),
  );
  requireSameIdentity(read, current);
  const { approved } = reading;
  const circumstances = {
    changed: changesSince(current.lastRead, readWith(read, settings)),
    unconfirmed: settings.firstRun === 'confirm' && current.confirmed !== true && approved === undefined,
    ...(approved && { approved }),
    rejected: flaggedGroups(current.groups, 'rejected'),
    ...(current.recentRemovals && { recent: current.recentRemovals }),
  };
  const look = { ports, settings, options: reading, current, circumstances };
  const found = await findDoubted(look, {
    snapshot: read,
    plan: await inTurns(planSteps(read, current, settings, circumstances), turns),
  });
  const { snapshot, plan } = await confirmRemovals(look, found);
  const verdict = await inTurns(judgeSteps(plan, settings, circumstances), turns);
  return { snapshot, plan, verdict };
}

/** What this read was made with, to be remembered and compared with the next one. */
export function readWith({ server, idAttribute }: Snapshot, settings: DirectorySettings): ReadWith {
  return { configDigest: configDigest(settings), server, normalisation: NORMALISATION, idAttribute };
}

/** By another attribute everybody and everything would look new, and what is linked would look gone (case B11). */
function requireSameIdentity({ directory, idAttribute }: Snapshot, { lastRead, linked }: CurrentState): void {
  const before = lastRead?.idAttribute;
  if (before === undefined || before === idAttribute || !linked) return;
  throw new DirectoryError(
    'id_attribute_changed',
    `Directory ${directory} would be read with the identity attribute ${idAttribute}, and what is linked was found by ${before}; nothing was changed.`,
    {
      permanent: true,
      fix: `Set idAttribute: ${before} again, or match what is linked by DN: rollcall relink ${directory}`,
    },
  );
}
