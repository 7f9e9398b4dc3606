/** rollcall doubts keep, rollcall doubts remove. */
import type { Command } from 'commander';
import { openDoubts } from '../app/doubts.ts';
import type { DoubtDecision } from '../model-doubt.ts';
import type { Run } from '../run.ts';
import { requireReason } from './confirm.ts';
import {
  type CommonFlags,
  caller,
  commandLog,
  EXIT,
  examplesBelow,
  print,
  printJson,
  type Surroundings,
  settingsOf,
} from './context.ts';
import { inTeam } from './names.ts';

interface Deciding {
  readonly decision: DoubtDecision;
  readonly description: string;
  readonly example: string;
}

const DECISIONS: readonly Deciding[] = [
  {
    decision: 'keep',
    description: 'Members in doubt stay: the doubt is silent for as long as it rests on nothing new.',
    example: 'alice --reason "she changed departments, CHG-1234"',
  },
  {
    decision: 'remove',
    description:
      'Members in doubt go: queue a run that takes them out, where the doubt rests on nothing new by then.',
    example: 'bob dan --reason "they left the company, CHG-1235"',
  },
];

/** Adds the commands below `doubts`. Each decides about all that are named or about nobody. */
export function addDoubtDecisions(
  doubts: Command,
  surroundings: Surroundings,
  exit: (code: number) => void,
): void {
  for (const { decision, description, example } of DECISIONS) {
    doubts
      .command(`${decision} <team/name> <user...>`)
      .description(description)
      .requiredOption('--reason <text>', 'why; kept with the decision')
      .addHelpText(
        'after',
        `\nExit codes: 0 decided, 2 bad configuration or usage, 3 somebody of them is in doubt no more.\n${examplesBelow(`doubts ${decision} platform/eng-api ${example}`)}`,
      )
      .action(async (group: string, usernames: string[], { reason }: { reason: string }) => {
        const { team, name } = inTeam(group, `doubts ${decision}`);
        const act = { decision, usernames, by: caller(), reason: requireReason(reason) };
        const flags = doubts.opts<CommonFlags>();
        const { settings } = await settingsOf(flags, surroundings);
        await using opened = await openDoubts(settings, commandLog(settings.log.level));
        const accessGroupId = await opened.find(team, name);
        const run = await opened.decide({ ...act, accessGroupId });
        if (flags.json) printJson(surroundings, { group, accessGroupId, usernames, decision, run });
        else print(surroundings, `${group}: ${usernames.join(', ')} ${outcome(run)}`);
        exit(EXIT.ok);
      });
  }
}

function outcome(run: Run | undefined): string {
  if (run === undefined) return 'to stay, until there is another doubt';
  return `to go: run ${run.id} applies it where it is still true: rollcall runs show ${run.id}`;
}
