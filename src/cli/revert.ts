/** rollcall revert: take back what a run did to the members of frozen and released groups. */
import { auditOf } from '../app/audit.ts';
import { openRecords } from '../app/records.ts';
import { RefusedError, UsageError } from '../errors.ts';
import type { Reverting } from '../model-audit.ts';
import { type ConfirmFlags, confirmAndDo, people } from './confirm.ts';
import { type AddCommand, positive, settingsOf } from './context.ts';

/** Adds `rollcall revert`. */
export const addRevert: AddCommand = (program, surroundings, exit) => {
  program
    .command('revert <run>')
    .description('Take back what a run did to the members of groups that are frozen or released.')
    .option('--reason <text>', 'why; kept with the run')
    .option('--dry-run', 'only show who would come back and who would go')
    .option('--yes', 'do it without asking')
    .option('--digest <hex>', 'do exactly what an earlier preview showed, or nothing')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print the preview and the run as JSON')
    .addHelpText('after', HELP)
    .action(async (id: string, flags: ConfirmFlags) => {
      const { settings } = await settingsOf(flags, surroundings);
      await using records = await openRecords(settings);
      const run = await records.getRun(positive(id, 'RUN'));
      if (run === undefined) throw new UsageError(`there is no run ${id}; "rollcall runs" lists them`);
      const audit = auditOf({ db: records.db, directories: settings.directories });
      const code = await confirmAndDo(flags, surroundings, {
        preview: () => audit.previewRevert(run.id),
        isNothing: preview => preview.groups.length === 0,
        describe: describeReverting,
        question: `Take run ${run.id} back?`,
        carryOut: async act => {
          const done = await audit.revert(run.id, act);
          if (done !== undefined) return done;
          throw new RefusedError('plan_changed', `there is nothing of run ${run.id} left to take back`);
        },
      });
      exit(code);
    });
};

function describeReverting(preview: Reverting): string[] {
  const { groups, skipped, overtaken, heldBecause, reverts } = preview;
  return [
    ...(groups.length === 0 ? [`there is nothing to take back of run ${reverts}`] : []),
    ...groups.flatMap(({ team, name, add, remove, held }) => [
      `${team}/${name}`,
      ...(add.length === 0 ? [] : [`  would come back (${add.length}): ${people(add)}`]),
      ...(remove.length === 0
        ? []
        : [`  would go${held ? ', once approved' : ''} (${remove.length}): ${people(remove)}`]),
    ]),
    ...skipped.map(({ team, name, explanation }) => `left alone: ${team}/${name}, ${explanation}`),
    ...(overtaken === 0 ? [] : [`left out: ${overtaken} members about whom something newer was decided`]),
    ...heldBecause.map(reason => `held: ${reason}`),
  ];
}

const HELP = `
What a directory still says wins: a group that is linked to one is left alone until you freeze or release it. Members
about whom something newer was decided are left out. The guard judges what would be removed; what it holds waits for
"rollcall approve" of the new run.

Exit codes: 0 done or nothing to do, 1 only looked, 2 bad configuration or usage, or not possible, 3 removals are held, or
it has changed since you looked.

Examples:
  rollcall revert 42 --dry-run
  rollcall freeze eng-api --team platform --reason "CHG-1234" && rollcall revert 42 --reason "CHG-1234" --yes`;
