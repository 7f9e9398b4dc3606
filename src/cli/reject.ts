/** rollcall reject: close a held run without applying what it holds. */
import type { Run } from '../run.ts';
import { type AddCommand, print, printJson } from './context.ts';
import { type DecideFlags, decideRun, several } from './decide.ts';

/** Adds `rollcall reject`. */
export const addReject: AddCommand = (program, surroundings, exit) => {
  program
    .command('reject <run>')
    .description('Close a held run, or some groups of it: nothing of what they hold is applied.')
    .requiredOption('--reason <text>', 'why; kept with the run')
    .option('--group <team/name>', 'only this group (or its id); can be given several times', several)
    .option('--config <file>', 'configuration file')
    .option('--json', 'print the run as JSON')
    .addHelpText('after', HELP)
    .action(async (id: string, flags: DecideFlags) => {
      const code = await decideRun(id, flags, surroundings, async (decisions, { id: run }, deciding) => {
        const closed = await decisions.reject(run, deciding);
        if (flags.json) printJson(surroundings, closed);
        else for (const line of describeRejected(closed)) print(surroundings, line);
      });
      exit(code);
    });
};

function describeRejected({ id, status, counts }: Run): string[] {
  if (status !== 'held') return [`run ${id} rejected; what it held stays as it was`];
  return [`rejected; run ${id} still holds ${counts.held?.groups} groups`, `digest: ${counts.held?.digest}`];
}

const HELP = `
The next run judges the directory as it is then, and holds the same again if nobody mended it.

Exit codes: 0 rejected, 2 bad configuration or usage, 3 the run is not held any more, or is being applied.

Examples:
  rollcall reject 42 --reason "the directory was restored from an old backup"
  rollcall reject 42 --group platform/eng-api --reason "moved by mistake"`;
