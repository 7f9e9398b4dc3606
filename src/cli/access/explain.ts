/** rollcall explain: why a user is in a group or has access to a project, or what is missing. */
import { UsageError } from '../../errors.ts';
import type { Explanation } from '../../model/access.ts';
import {
  type AddCommand,
  type CommandContext,
  type CommonFlags,
  EXIT,
  newCommand,
  print,
  printJson,
} from '../terminal/command.ts';
import { openAccessOf } from '../terminal/open.ts';
import { styled } from '../terminal/style.ts';

interface ExplainFlags extends CommonFlags {
  readonly team: string;
  readonly group?: string;
  readonly project?: string;
  readonly live?: boolean;
}

/** Adds `rollcall explain`. */
export const addExplain: AddCommand = (program, context, exit) => {
  newCommand(program, 'explain <user>', 'the explanation')
    .description('Why a user is or is not in a group, or has or lacks access to a project.')
    .requiredOption('--team <slug>', 'the team of the group or project')
    .option('--group <name>', 'explain the membership in this AccessGroup')
    .option('--project <slug>', 'explain the access to this project')
    .option('--live', 'also query the directory for the path through nested groups')
    .addHelpText('after', HELP)
    .action(async (user: string, { team, group, project, live = false, ...flags }: ExplainFlags) => {
      if ((group === undefined) === (project === undefined))
        throw new UsageError('explain takes either --group or --project');
      await using operations = await openAccessOf(flags, context);
      const explanation = await operations.access.explain({ user, team, group, project }, { live });
      if (flags.json) printJson(context, explanation);
      else printExplanation(explanation, context);
      exit(explanation.answer ? EXIT.ok : EXIT.pending);
    });
};

function printExplanation({ answer, steps, missing }: Explanation, context: CommandContext): void {
  const mark = (ok: boolean) => styled(context, ok ? 'green' : 'red', ok ? 'yes' : 'no ');
  for (const { ok, text } of steps) print(context, mark(ok), `  ${text}`);
  print(context, styled(context, 'bold', answer ? 'Result: yes.' : 'Result: no.'));
  if (missing.length > 0) print(context, 'The result would be yes if:');
  for (const condition of missing) print(context, `  - ${condition}`);
}

const HELP = `
Exit codes: 0 yes, 1 no, 2 bad configuration or usage, or the group or project does not exist.

Examples:
  rollcall explain alice --team platform --group eng-api
  rollcall explain alice --team platform --group eng-api --live
  rollcall explain alice --team platform --project api --json`;
