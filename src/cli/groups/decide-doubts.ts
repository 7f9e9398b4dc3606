/** rollcall doubts keep, rollcall doubts remove. */
import type { Command } from 'commander';
import type { DoubtDecision } from '../../model/doubt.ts';
import type { Run } from '../../model/run.ts';
import { inTeam } from '../terminal/arguments.ts';
import {
  type CommandContext,
  type CommonFlags,
  caller,
  examplesBelow,
  printAnswer,
  settingsOf,
} from '../terminal/command.ts';
import { requireReason } from '../terminal/confirm.ts';
import { openDoubtsOf } from '../terminal/open.ts';

interface DecisionCommand {
  readonly decision: DoubtDecision;
  readonly description: string;
  readonly example: string;
}

const DECISIONS: readonly DecisionCommand[] = [
  {
    decision: 'keep',
    description: 'Keep members in doubt. The doubt raises no alarm until its facts change.',
    example: 'alice --reason "she changed departments, CHG-1234"',
  },
  {
    decision: 'remove',
    description:
      'Remove members in doubt: queue a run that removes them, unless the facts of the doubt change first.',
    example: 'bob dan --reason "they left the company, CHG-1235"',
  },
];

/** Adds the commands below `doubts`. Each decides about all named users or, on an error, about none. */
export function addDoubtDecisions(doubts: Command, context: CommandContext): void {
  for (const { decision, description, example } of DECISIONS) {
    doubts
      .command(`${decision} <team/name> <user...>`)
      .description(description)
      .requiredOption('--reason <text>', 'why; recorded with the decision')
      .addHelpText(
        'after',
        `\nExit codes: 0 decided, 2 bad configuration or usage, 3 at least one of the users is no longer in doubt.\n${examplesBelow(`doubts ${decision} platform/eng-api ${example}`)}`,
      )
      .action(async (group: string, usernames: string[], { reason }: { reason: string }) => {
        const { team, name } = inTeam(group, `doubts ${decision}`);
        const act = { decision, usernames, by: caller(), reason: requireReason(reason) };
        const flags = doubts.opts<CommonFlags>();
        await using opened = await openDoubtsOf(await settingsOf(flags, context));
        const accessGroupId = await opened.find(team, name);
        const run = await opened.decide({ ...act, accessGroupId });
        printAnswer(flags, context, { group, accessGroupId, usernames, decision, run }, [
          `${group}: ${usernames.join(', ')}: ${outcome(run)}`,
        ]);
      });
  }
}

function outcome(run: Run | undefined): string {
  if (run === undefined) return 'kept until another doubt appears';
  return `to be removed: run ${run.id} applies it if it is still true: rollcall runs show ${run.id}`;
}
