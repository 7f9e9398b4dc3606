/** rollcall approve: allow what a held run holds. Waits for nothing. */
import { type AddCommand, print, printJson } from './context.ts';
import { type DecideFlags, decideRun, several } from './decide.ts';

/** Adds `rollcall approve`. */
export const addApprove: AddCommand = (program, surroundings, exit) => {
  program
    .command('approve <run>')
    .description('Allow what a run holds, or some groups of it; a new run applies what is still true.')
    .requiredOption('--reason <text>', 'why; kept with the run')
    .option('--group <team/name>', 'only this group (or its id); can be given several times', several)
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
Only what the run holds is allowed. What is no longer true by then is dropped; anything new is judged again. Where groups
vanished, what is allowed is that they count as missed; their members go after a second complete read without them.

Exit codes: 0 approved, 2 bad configuration or usage, 3 the run is not held any more, or holds no removal.

Examples:
  rollcall runs show 42
  rollcall approve 42 --reason "the team was dissolved, CHG-1234"
  rollcall approve 42 --group platform/eng-api --group platform/eng-web --reason "CHG-1234"`;
