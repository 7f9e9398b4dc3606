/** rollcall relink: links groups and users to new entries after the ids in a directory changed. */
import type { RelinkPreview } from '../../model/ownership.ts';
import { type AddCommand, chooseDirectories, newCommand, settingsOf } from '../terminal/command.ts';
import { type ConfirmFlags, confirmAndDo, withConfirmation } from '../terminal/confirm.ts';
import { openOwnershipOf } from '../terminal/open.ts';
import { table } from '../terminal/table.ts';

/** Adds `rollcall relink`. */
export const addRelink: AddCommand = (program, context, exit) => {
  withConfirmation(
    newCommand(program, 'relink <directory>', 'the preview and the run'),
    'what would be relinked',
  )
    .description(
      'Link groups and users to the entries that now have their DNs, after the entries were recreated.',
    )
    .option('--group <dn>', 'only this group, and no users')
    .addHelpText('after', HELP)
    .action(async (name: string, flags: ConfirmFlags & { group?: string }) => {
      const settings = await settingsOf(flags, context);
      const [directory] = chooseDirectories([name], settings.directories);
      if (directory === undefined) return;
      await using ownership = await openOwnershipOf(settings);
      const code = await confirmAndDo(flags, context, {
        preview: () => ownership.previewRelink(directory, flags.group),
        isNothing: ({ groups, people }) => groups.length + people.length === 0,
        describe: describeRelink,
        question: `Relink these entries of ${name}?`,
        apply: act => ownership.relink(directory, flags.group, act),
      });
      exit(code);
    });
};

function describeRelink({ directory, groups, people, lost, held }: RelinkPreview): string[] {
  const gone =
    lost === 0
      ? []
      : [`${lost} linked groups are not in ${directory}, neither by id nor by DN; they do not change`];
  if (groups.length + people.length === 0) return [`${directory}: nothing to relink`, ...gone];
  const rows = [
    ...groups.map(({ dn, from, to, team, name, accessGroupId, add, remove }) => {
      const what = accessGroupId === undefined ? `${name} (released)` : `${team}/${name}`;
      return [what, from, to, `+${add} -${remove}`, dn];
    }),
    ...people.map(({ dn, from, to, username }) => [username, from, to, '', dn]),
  ];
  return [
    ...table(['GROUP OR USER', 'OLD ID', 'NEW ID', 'MEMBERS', 'DN'], rows),
    `${groups.length} groups and ${people.length} users of ${directory} would be linked to the entries that now have their DNs`,
    ...gone,
    ...held.map(reason => `held: ${reason}`),
  ];
}

const HELP = `
A link moves only if its id is gone and its DN still exists. The ordinary run that follows updates the members.

Exit codes: 0 relinked or nothing to relink, 1 preview only, 2 bad configuration or usage, 3 changed since the
preview, 5 the directory could not be read.

Examples:
  rollcall relink corp --dry-run
  rollcall relink corp --reason "rebuilt from the LDIF of last night, CHG-1234" --yes
  rollcall relink corp --group "cn=devs,ou=groups,dc=example,dc=com" --reason TEXT`;
