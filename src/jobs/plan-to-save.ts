/** Collects the parts of a plan that are saved. */
import type { Plan, Verdict } from '../model/plan.ts';
import type { Planned, Run } from '../model/run.ts';
import type { DirectorySettings } from '../model/settings.ts';
import { isPending, shadowCounts } from '../plan/report/describe-plan.ts';
import { hasAllMapped } from '../plan/sets/coverage.ts';
import type { PlanToSave } from '../store/save/save-plan.ts';
import { positionToKeep, readFingerprint } from './planning/config-digest.ts';
import { readWith } from './planning/decide.ts';
import { isSettled } from './planning/is-settled.ts';
import { nextExpiry } from './planning/next-expiry.ts';

interface ClaimedRun {
  readonly run: Run;
  readonly owner: string;
  readonly settings: DirectorySettings;
}

export function planToSave(
  { run, owner, settings }: ClaimedRun,
  { snapshot, plan, verdict, referenced, shadow }: Planned,
  isApproved: boolean,
): PlanToSave {
  const { server, unrelated, users } = snapshot;
  const whole = hasAllMapped(snapshot);
  // A read of some groups from a server that may lag is no position for the removals that wait for a complete read.
  const isKept = whole || unrelated !== true;
  const marker = isSettled(plan, snapshot) ? snapshot.marker : undefined;
  return {
    run: run.id,
    owner,
    plan,
    verdict,
    mode: run.mode,
    whole,
    confirms: (isApproved || settings.firstRun === 'apply') && isPending(plan),
    state: {
      ...readWith(snapshot, settings),
      marker: marker === undefined ? undefined : readFingerprint(settings, { server, marker }),
      position: isKept ? positionToKeep(settings, snapshot.marker) : undefined,
      expiresNext: nextExpiry(users),
      ...(snapshot.whole && referenced !== undefined && { size: { people: users.length, referenced } }),
    },
    shadow,
    counts: {
      read: snapshot.counts,
      plan: plan.counts,
      ...(shadow && { shadow: shadowCounts(shadow) }),
      ...(verdict.reasons.length > 0 && { held: heldCounts(plan, verdict) }),
    },
  };
}

function heldCounts({ counts }: Plan, { holds, reasons, unconfirmed }: Verdict) {
  if (unconfirmed) {
    const groups = counts.create + counts.rename + counts.update;
    return { groups, removals: 0, reasons, codes: ['first_run'] };
  }
  const removals = holds.reduce((sum, hold) => sum + hold.removals.length, 0);
  const codes = [...new Set(holds.map(hold => hold.reason))].sort();
  return { groups: holds.length, removals, reasons, codes };
}
