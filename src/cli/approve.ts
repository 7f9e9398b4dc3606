/** rollcall approve: allow what a held run holds. Waits for nothing. */
import { type AddCommand, print, printJson } from './context.ts';
import { type DecideFlags, decideRun } from './decide.ts';

/** Adds `rollcall approve`. */
export const addApprove: AddCommand = (program, surroundings, exit) => {
  program
    .command('approve <run>')
    .description('Allow the removals that a run holds; a new run applies those that are still true.')
    .requiredOption('--reason <text>', 'why; kept with the run')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print the new run as JSON')
    .addHelpText('after', HELP)
    .action(async (id: string, flags: DecideFlags) => {
      const code = await decideRun(id, flags, surroundings, async (decisions, run, deciding) => {
        const queued = await decisions.approve(run.id, deciding);
        if (flags.json) {
          printJson(surroundings, { ...queued, digest: deciding.digest });
          return;
        }
        print(surroundings, `run ${run.id} approved, digest ${deciding.digest}`);
        print(surroundings, `run ${queued.id} applies what is still true: rollcall runs show ${queued.id}`);
      });
      exit(code);
    });
};

const HELP = `
Only what the run holds is allowed. What is no longer true by then is dropped; anything new is judged again.

Exit codes: 0 approved, 2 bad configuration or usage, 3 the run is not held any more, or holds no removal.

Examples:
  rollcall runs show 42
  rollcall approve 42 --reason "the team was dissolved, CHG-1234"`;
