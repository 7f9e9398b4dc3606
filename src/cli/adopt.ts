/** rollcall adopt: give an AccessGroup made by hand to a directory. */
import { openOwnership } from '../app/ownership.ts';
import type { Adoption } from '../model-ownership.ts';
import { type ConfirmFlags, confirmAndDo, people } from './confirm.ts';
import { type AddCommand, commandLog, settingsOf } from './context.ts';

interface AdoptFlags extends ConfirmFlags {
  readonly team: string;
  readonly source?: string;
  readonly directory?: string;
}

/** Adds `rollcall adopt`. */
export const addAdopt: AddCommand = (program, surroundings, exit) => {
  program
    .command('adopt <group>')
    .description('Give an AccessGroup made by hand to a directory, which then owns its name and its members.')
    .requiredOption('--team <slug>', 'the team of the group')
    .option('--reason <text>', 'why; kept in the audit')
    .option('--source <dn>', 'the directory group; left out: the one whose name leads to this group')
    .option('--directory <name>', 'where several directories may have it')
    .option('--dry-run', 'only show who would come and who would go')
    .option('--yes', 'do it without asking')
    .option('--digest <hex>', 'do exactly what an earlier preview showed, or nothing')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print the preview and the run as JSON')
    .addHelpText('after', HELP)
    .action(async (name: string, flags: AdoptFlags) => {
      const { settings } = await settingsOf(flags, surroundings);
      await using ownership = await openOwnership(settings, commandLog(settings.log.level));
      const { id } = await ownership.find(flags.team, name);
      const { source, directory } = flags;
      const code = await confirmAndDo(flags, surroundings, {
        preview: () => ownership.previewAdoption(id, { source, directory }),
        isNothing: () => false,
        describe: describeAdoption,
        question: `Adopt ${flags.team}/${name}?`,
        carryOut: act => ownership.adopt(id, { source, directory }, act),
      });
      exit(code);
    });
};

function describeAdoption({ team, name, newName, directory, dn, add, remove, held }: Adoption): string[] {
  return [
    `${team}/${name} would be owned by ${dn} (${directory})`,
    ...(newName === undefined ? [] : [`  and be called ${newName}`]),
    `  would come (${add.length}): ${people(add)}`,
    `  would go (${remove.length}): ${people(remove)}`,
    ...held.map(reason => `  held: ${reason}`),
  ];
}

const HELP = `
Level and projects stay as they are. The members are brought by an ordinary run, which the guard judges.

Exit codes: 0 adopted, 1 only looked, 2 bad configuration or usage, or not possible, 3 it has changed since you looked.

Examples:
  rollcall adopt eng-api --team platform --dry-run
  rollcall adopt eng-api --team platform --reason "HR keeps this list now, CHG-1234"
  rollcall adopt api --team platform --source "cn=eng-api,ou=groups,dc=example,dc=com" --reason TEXT --yes`;
