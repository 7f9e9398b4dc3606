/** rollcall relink: match what is linked with a directory whose identities changed. */
import { openOwnership } from '../app/ownership.ts';
import type { Relinking } from '../model-ownership.ts';
import { type ConfirmFlags, confirmAndDo } from './confirm.ts';
import { type AddCommand, chooseDirectories, commandLog, settingsOf } from './context.ts';
import { table } from './table.ts';

/** Adds `rollcall relink`. */
export const addRelink: AddCommand = (program, surroundings, exit) => {
  program
    .command('relink <directory>')
    .description(
      'Link groups and people to the entries that bear their DNs now, after these were created again.',
    )
    .option('--reason <text>', 'why; kept in the audit')
    .option('--group <dn>', 'only this group, and nobody else')
    .option('--dry-run', 'only show what would be linked to what')
    .option('--yes', 'do it without asking')
    .option('--digest <hex>', 'do exactly what an earlier preview showed, or nothing')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print the preview and the run as JSON')
    .addHelpText('after', HELP)
    .action(async (name: string, flags: ConfirmFlags & { group?: string }) => {
      const { settings } = await settingsOf(flags, surroundings);
      const [directory] = chooseDirectories([name], settings.directories);
      if (directory === undefined) return;
      await using ownership = await openOwnership(settings, commandLog(settings.log.level));
      const code = await confirmAndDo(flags, surroundings, {
        preview: () => ownership.previewRelinking(directory, flags.group),
        isNothing: ({ groups, people }) => groups.length + people.length === 0,
        describe: describeRelinking,
        question: `Relink these entries of ${name}?`,
        carryOut: act => ownership.relink(directory, flags.group, act),
      });
      exit(code);
    });
};

function describeRelinking({ directory, groups, people, lost, held }: Relinking): string[] {
  const gone =
    lost === 0
      ? []
      : [`${lost} linked groups are not in ${directory}, under their DN either; they stay as they are`];
  if (groups.length + people.length === 0) return [`${directory}: nothing to relink`, ...gone];
  const rows = [
    ...groups.map(({ dn, from, to, team, name, accessGroupId, add, remove }) => {
      const what = accessGroupId === undefined ? `${name} (released)` : `${team}/${name}`;
      return [what, from, to, `+${add} -${remove}`, dn];
    }),
    ...people.map(({ dn, from, to, username }) => [username, from, to, '', dn]),
  ];
  return [
    ...table(['GROUP OR PERSON', 'OLD ID', 'NEW ID', 'MEMBERS', 'DN'], rows),
    `${groups.length} groups and ${people.length} people of ${directory} would be linked to the entries that have their DNs now`,
    ...gone,
    ...held.map(reason => `held: ${reason}`),
  ];
}

const HELP = `
Only what is gone by its identity and present under its DN is moved. Members come and go by the ordinary run that follows.

Exit codes: 0 relinked or nothing to relink, 1 only looked, 2 bad configuration or usage, 3 it has changed since you
looked, 5 the directory could not be read.

Examples:
  rollcall relink corp --dry-run
  rollcall relink corp --reason "rebuilt from the LDIF of last night, CHG-1234" --yes
  rollcall relink corp --group "cn=devs,ou=groups,dc=example,dc=com" --reason TEXT`;
