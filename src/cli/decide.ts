/** What `rollcall approve` and `rollcall reject` have in common. */
import { type Decisions, openDecisions } from '../app/deciding.ts';
import { UsageError } from '../errors.ts';
import type { Deciding, Run, RunGroup } from '../run.ts';
import {
  type CommonFlags,
  caller,
  commandLog,
  EXIT,
  positive,
  type Surroundings,
  settingsOf,
} from './context.ts';

export interface DecideFlags extends CommonFlags {
  readonly reason: string;
  /** TEAM/NAME or an AccessGroup's id; left out: everything that the run holds. */
  readonly group?: readonly string[];
}

/** Lets `--group` be given several times. */
export function several(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/**
 * Decides about the run with that number as it is now, and resolves with the exit code. Throws
 * RefusedError when the run can no longer be decided, UsageError when there is no such run, no reason, or a group of which the run holds nothing.
 */
export async function decideRun(
  id: string,
  flags: DecideFlags,
  surroundings: Surroundings,
  decide: (decisions: Decisions, run: Run, deciding: Deciding) => Promise<void>,
): Promise<number> {
  const reason = flags.reason.trim();
  if (reason === '') throw new UsageError('--reason takes a text: why is this decided so?');
  const { settings } = await settingsOf(flags, surroundings);
  await using decisions = await openDecisions(settings, commandLog(settings.log.level));
  const run = await decisions.getRun(positive(id, 'RUN'));
  if (run === undefined) throw new UsageError(`there is no run ${id}; "rollcall runs" lists them`);
  const digest = run.counts.held?.digest;
  const groups = flags.group && groupIds(flags.group, run, await decisions.runGroups(run.id));
  await decide(decisions, run, { by: caller(), reason, digest, groups });
  return EXIT.ok;
}

function groupIds(names: readonly string[], run: Run, groups: readonly RunGroup[]): number[] {
  const held = groups.filter(group => group.outcome === 'held');
  const ids = names.map(name => {
    const found = held.find(
      group => `${group.team}/${group.name}` === name || String(group.accessGroupId) === name,
    );
    if (found?.accessGroupId !== undefined) return found.accessGroupId;
    throw new UsageError(
      `run ${run.id} holds nothing of the group "${name}"; "rollcall runs show ${run.id}" lists what it holds as TEAM/NAME`,
    );
  });
  return [...new Set(ids)];
}
