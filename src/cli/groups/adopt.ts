/** rollcall adopt: make a directory the owner of a manual AccessGroup. */
import type { AdoptionPreview } from '../../model/ownership.ts';
import { type AddCommand, newCommand, settingsOf } from '../terminal/command.ts';
import { type ConfirmFlags, confirmAndDo, usernameList, withConfirmation } from '../terminal/confirm.ts';
import { openOwnershipOf } from '../terminal/open.ts';

interface AdoptFlags extends ConfirmFlags {
  readonly team: string;
  readonly source?: string;
  readonly directory?: string;
}

/** Adds `rollcall adopt`. */
export const addAdopt: AddCommand = (program, context, exit) => {
  withConfirmation(
    newCommand(program, 'adopt <group>', 'the preview and the run'),
    'who would be added and removed',
  )
    .description(
      'Make a directory the owner of a manual AccessGroup. The directory then owns its name and members.',
    )
    .requiredOption('--team <slug>', 'the team of the group')
    .option('--source <dn>', 'the directory group (default: the one whose name maps to this group)')
    .option('--directory <name>', 'the directory, if several directories may hold the group')
    .addHelpText('after', HELP)
    .action(async (name: string, flags: AdoptFlags) => {
      await using ownership = await openOwnershipOf(await settingsOf(flags, context));
      const { id } = await ownership.find(flags.team, name);
      const { source, directory } = flags;
      const code = await confirmAndDo(flags, context, {
        preview: () => ownership.previewAdoption(id, { source, directory }),
        isNothing: () => false,
        describe: describeAdoption,
        question: `Adopt ${flags.team}/${name}?`,
        apply: act => ownership.adopt(id, { source, directory }, act),
      });
      exit(code);
    });
};

function describeAdoption({
  team,
  name,
  newName,
  directory,
  dn,
  add,
  remove,
  held,
}: AdoptionPreview): string[] {
  return [
    `${team}/${name} would be owned by ${dn} (${directory})`,
    ...(newName === undefined ? [] : [`  and would be renamed to ${newName}`]),
    `  would be added (${add.length}): ${usernameList(add)}`,
    `  would be removed (${remove.length}): ${usernameList(remove)}`,
    ...held.map(reason => `  held: ${reason}`),
  ];
}

const HELP = `
Level and projects do not change. An ordinary run updates the members, and the guard checks that run.

Exit codes: 0 adopted, 1 preview only, 2 bad configuration or usage, or not possible, 3 changed since the preview.

Examples:
  rollcall adopt eng-api --team platform --dry-run
  rollcall adopt eng-api --team platform --reason "HR keeps this list now, CHG-1234"
  rollcall adopt api --team platform --source "cn=eng-api,ou=groups,dc=example,dc=com" --reason TEXT --yes`;
