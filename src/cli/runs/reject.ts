/** rollcall reject: close a held run without applying what it holds. */
import type { Run } from '../../model/run.ts';
import { type AddCommand, newCommand, printAnswer } from '../terminal/command.ts';
import { type DecideFlags, decideRun, several } from './decision.ts';

/** Adds `rollcall reject`. */
export const addReject: AddCommand = (program, context, exit) => {
  newCommand(program, 'reject <run>', 'the run')
    .description('Close a held run, or some groups of it, without applying the held changes.')
    .requiredOption('--reason <text>', 'why; recorded with the run')
    .option('--group <team/name>', 'only this group (or its id); can be repeated', several)
    .addHelpText('after', HELP)
    .action(async (id: string, flags: DecideFlags) => {
      const code = await decideRun(id, flags, context, async (decisions, { id: run }, deciding) => {
        const closed = await decisions.rejectRun(run, deciding);
        printAnswer(flags, context, closed, describeRejected(closed));
      });
      exit(code);
    });
};

function describeRejected({ id, status, counts }: Run): string[] {
  if (status !== 'held') return [`run ${id} rejected; the held changes are not applied`];
  return [`rejected; run ${id} still holds ${counts.held?.groups} groups`, `digest: ${counts.held?.digest}`];
}

const HELP = `
The next run reads the directory again. It holds the same changes if the directory still shows them.

Exit codes: 0 rejected, 2 bad configuration or usage, 3 the run is no longer held, or is being applied.

Examples:
  rollcall reject 42 --reason "the directory was restored from an old backup"
  rollcall reject 42 --group platform/eng-api --reason "moved by mistake"`;
