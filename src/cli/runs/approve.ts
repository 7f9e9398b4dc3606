/** rollcall approve: allow the removals that a run holds. Does not wait for the new run. */
import { type AddCommand, newCommand, print, printJson } from '../terminal/command.ts';
import { type DecideFlags, decideRun, several } from './decision.ts';

/** Adds `rollcall approve`. */
export const addApprove: AddCommand = (program, context, exit) => {
  newCommand(program, 'approve <run>', 'the new run')
    .description('Allow what a run holds, or some groups of it. A new run applies what is still true.')
    .requiredOption('--reason <text>', 'why; recorded with the run')
    .option('--group <team/name>', 'only this group (or its id); can be repeated', several)
    .addHelpText('after', HELP)
    .action(async (id: string, flags: DecideFlags) => {
      const code = await decideRun(id, flags, context, async (decisions, run, deciding) => {
        const queued = await decisions.approveRun(run.id, deciding);
        if (flags.json) {
          printJson(context, { ...queued, digest: deciding.digest });
          return;
        }
        print(context, `run ${queued.approves ?? run.id} approved, digest ${deciding.digest}`);
        print(context, `run ${queued.id} applies what is still true: rollcall runs show ${queued.id}`);
      });
      exit(code);
    });
};

const HELP = `
Approval covers only what the run holds. The new run drops what is no longer true and checks anything new again. If
groups disappeared, approval only marks them as missing. Their members are removed after a second complete read still
does not find the groups.

Exit codes: 0 approved, 2 bad configuration or usage, 3 the run is no longer held, or holds no removals.

Examples:
  rollcall runs show 42
  rollcall approve 42 --reason "the team was dissolved, CHG-1234"
  rollcall approve 42 --group platform/eng-api --group platform/eng-web --reason "CHG-1234"`;
