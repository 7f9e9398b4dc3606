/** rollcall explain: why somebody is in a group or may reach a project, or what would have to be true. */
import { openAsking } from '../app/asking.ts';
import { UsageError } from '../errors.ts';
import type { Explanation } from '../model-access.ts';
import {
  type AddCommand,
  type CommonFlags,
  EXIT,
  print,
  printJson,
  type Surroundings,
  settingsOf,
} from './context.ts';
import { styled } from './show.ts';

interface ExplainFlags extends CommonFlags {
  readonly team: string;
  readonly group?: string;
  readonly project?: string;
  readonly live?: boolean;
}

/** Adds `rollcall explain`. */
export const addExplain: AddCommand = (program, surroundings, exit) => {
  program
    .command('explain <user>')
    .description('Why somebody is in a group or may reach a project, or what would have to be true for it.')
    .requiredOption('--team <slug>', 'the team of the group or project')
    .option('--group <name>', 'is the user in this AccessGroup?')
    .option('--project <slug>', 'may the user reach this project?')
    .option('--live', 'also ask the directory now, through which nested groups')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print the explanation as JSON')
    .addHelpText('after', HELP)
    .action(async (user: string, { team, group, project, live = false, ...flags }: ExplainFlags) => {
      if ((group === undefined) === (project === undefined))
        throw new UsageError('explain takes either --group or --project');
      const { settings } = await settingsOf(flags, surroundings);
      await using asking = await openAsking(settings);
      const explanation = await asking.access.explain({ user, team, group, project }, { live });
      if (flags.json) printJson(surroundings, explanation);
      else printExplanation(explanation, surroundings);
      exit(explanation.answer ? EXIT.ok : EXIT.pending);
    });
};

function printExplanation({ answer, steps, missing }: Explanation, surroundings: Surroundings): void {
  const mark = (ok: boolean) => styled(surroundings, ok ? 'green' : 'red', ok ? 'yes' : 'no ');
  for (const { ok, text } of steps) print(surroundings, mark(ok), `  ${text}`);
  print(surroundings, styled(surroundings, 'bold', answer ? 'So: yes.' : 'So: no.'));
  if (missing.length > 0) print(surroundings, 'It would be yes if:');
  for (const condition of missing) print(surroundings, `  - ${condition}`);
}

const HELP = `
Exit codes: 0 yes, 1 no, 2 bad configuration or usage, or there is no such group or project.

Examples:
  rollcall explain alice --team platform --group eng-api
  rollcall explain alice --team platform --group eng-api --live
  rollcall explain alice --team platform --project api --json`;
