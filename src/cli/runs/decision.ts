/** Shared code of `rollcall approve` and `rollcall reject`. */
import type { Decisions } from '../../app/operations/runs.ts';
import { UsageError } from '../../errors.ts';
import type { DecisionRequest, Run, RunGroup } from '../../model/run.ts';
import {
  type CommandContext,
  type CommonFlags,
  caller,
  commandLog,
  EXIT,
  settingsOf,
} from '../terminal/command.ts';
import { requireReason } from '../terminal/confirm.ts';
import { findRun } from '../terminal/open.ts';

export interface DecideFlags extends CommonFlags {
  readonly reason: string;
  /** TEAM/NAME or the id of an AccessGroup. Undefined: everything that the run holds. */
  readonly group?: readonly string[];
}

/** Collects the values of a repeated `--group`. */
export function several(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/**
 * Decides about the current state of a run, and resolves with the exit code. Throws RefusedError if the run can no
 * longer be decided. Throws UsageError if the run does not exist, the reason is empty, or the run holds nothing of a
 * named group.
 */
export async function decideRun(
  id: string,
  flags: DecideFlags,
  context: CommandContext,
  decide: (decisions: Decisions, run: Run, deciding: DecisionRequest) => Promise<void>,
): Promise<number> {
  const reason = requireReason(flags.reason);
  const settings = await settingsOf(flags, context);
  const { openDecisions } = await import('../../app/operations/runs.ts');
  await using decisions = await openDecisions(settings, await commandLog(settings.log.level));
  const run = await findRun(decisions, id);
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
      `run ${run.id} holds no changes of the group "${name}"; "rollcall runs show ${run.id}" lists held groups as TEAM/NAME`,
    );
  });
  return [...new Set(ids)];
}
