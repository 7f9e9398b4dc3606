/** rollcall reject: close a held run without applying what it holds. */
import { type AddCommand, print, printJson } from './context.ts';
import { type DecideFlags, decideRun } from './decide.ts';

/** Adds `rollcall reject`. */
export const addReject: AddCommand = (program, surroundings, exit) => {
  program
    .command('reject <run>')
    .description('Close a held run: none of the removals that it holds is applied.')
    .requiredOption('--reason <text>', 'why; kept with the run')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print the run as JSON')
    .addHelpText('after', HELP)
    .action(async (id: string, flags: DecideFlags) => {
      const code = await decideRun(id, flags, surroundings, async (decisions, { id: run }, deciding) => {
        const closed = await decisions.reject(run, deciding);
        if (flags.json) printJson(surroundings, closed);
        else print(surroundings, `run ${run} rejected; what it held stays as it was`);
      });
      exit(code);
    });
};

const HELP = `
The next run judges the directory as it is then, and holds the same again if nobody mended it.

Exit codes: 0 rejected, 2 bad configuration or usage, 3 the run is not held any more, or is being applied.

Examples:
  rollcall reject 42 --reason "the directory was restored from an old backup"`;
