/** rollcall revert: undoes the membership changes of a run in frozen and released groups. */
import { RefusedError } from '../../errors.ts';
import type { RevertPreview } from '../../model/audit.ts';
import { type AddCommand, newCommand, settingsOf } from '../terminal/command.ts';
import { type ConfirmFlags, confirmAndDo, usernameList, withConfirmation } from '../terminal/confirm.ts';
import { findRun, openAuditOf } from '../terminal/open.ts';

/** Adds `rollcall revert`. */
export const addRevert: AddCommand = (program, context, exit) => {
  withConfirmation(
    newCommand(program, 'revert <run>', 'the preview and the run'),
    'who would be added back and removed',
  )
    .description('Undo the membership changes of a run in groups that are frozen or released.')
    .addHelpText('after', HELP)
    .action(async (id: string, flags: ConfirmFlags) => {
      await using records = await openAuditOf(await settingsOf(flags, context));
      const { audit } = records;
      const run = await findRun(records, id);
      const code = await confirmAndDo(flags, context, {
        preview: () => audit.previewRevert(run.id),
        isNothing: preview => preview.groups.length === 0,
        describe: describeRevert,
        question: `Revert run ${run.id}?`,
        apply: async act => {
          const done = await audit.revert(run.id, act);
          if (done !== undefined) return done;
          throw new RefusedError('plan_changed', `run ${run.id} has no more changes to revert`);
        },
      });
      exit(code);
    });
};

function describeRevert(preview: RevertPreview): string[] {
  const { groups, skipped, overtaken, heldBecause, reverts } = preview;
  return [
    ...(groups.length === 0 ? [`run ${reverts} has no changes to revert`] : []),
    ...groups.flatMap(({ team, name, add, remove, held }) => [
      `${team}/${name}`,
      ...(add.length === 0 ? [] : [`  would be added back (${add.length}): ${usernameList(add)}`]),
      ...(remove.length === 0
        ? []
        : [`  would be removed${held ? ' after approval' : ''} (${remove.length}): ${usernameList(remove)}`]),
    ]),
    ...skipped.map(({ team, name, explanation }) => `skipped: ${team}/${name}, ${explanation}`),
    ...(overtaken === 0 ? [] : [`skipped: ${overtaken} members with a newer change`]),
    ...heldBecause.map(reason => `held: ${reason}`),
  ];
}

const HELP = `
The directory takes precedence: the command skips a linked group until you freeze or release it. It also skips members
with a newer change. The guard checks the removals. Held removals wait for "rollcall approve" of the new run.

Exit codes: 0 done or nothing to do, 1 preview only, 2 bad configuration or usage, or not possible, 3 removals are held, or
changed since the preview.

Examples:
  rollcall revert 42 --dry-run
  rollcall freeze eng-api --team platform --reason "CHG-1234" && rollcall revert 42 --reason "CHG-1234" --yes`;
