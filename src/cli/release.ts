/** rollcall release: take one AccessGroup, or all of a directory, out of the sync. */
import { type Ownership, openOwnership } from '../app/ownership.ts';
import { UsageError } from '../errors.ts';
import { requireReason } from './confirm.ts';
import {
  type AddCommand,
  type CommonFlags,
  caller,
  commandLog,
  EXIT,
  print,
  printJson,
  type Surroundings,
  settingsOf,
} from './context.ts';

interface ReleaseFlags extends CommonFlags {
  readonly team?: string;
  readonly directory?: string;
  readonly reason: string;
  readonly empty?: boolean;
}

/** Adds `rollcall release`. */
export const addRelease: AddCommand = (program, surroundings, exit) => {
  program
    .command('release [group]')
    .description('Make an AccessGroup manual, with its members: no directory owns it until it is adopted.')
    .option('--team <slug>', 'the team of the group')
    .option('--directory <name>', 'every AccessGroup of this directory, configured or not any more')
    .requiredOption('--reason <text>', 'why; kept in the audit')
    .option('--empty', 'without its members, which end here')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', HELP)
    .action(async (name: string | undefined, flags: ReleaseFlags) => {
      const { settings } = await settingsOf(flags, surroundings);
      await using ownership = await openOwnership(settings, commandLog(settings.log.level));
      if (flags.directory === undefined) await releaseOne(ownership, name, flags, surroundings);
      else await releaseAll(ownership, flags.directory, name, flags, surroundings);
      exit(EXIT.ok);
    });
};

async function releaseOne(
  ownership: Ownership,
  name: string | undefined,
  { team, empty = false, json = false, ...flags }: ReleaseFlags,
  surroundings: Surroundings,
): Promise<void> {
  if (name === undefined || team === undefined)
    throw new UsageError(
      'say which AccessGroup: GROUP --team SLUG, or --directory NAME for all of a directory',
    );
  const act = { by: caller(), reason: requireReason(flags.reason), empty };
  const { id } = await ownership.find(team, name);
  const group = await ownership.release(id, act);
  if (json) printJson(surroundings, group);
  else
    print(
      surroundings,
      `${team}/${name} is manual now, with ${group.members} members; "adopt" gives it back`,
    );
}

async function releaseAll(
  ownership: Ownership,
  directory: string,
  name: string | undefined,
  { team, empty = false, json = false, ...flags }: ReleaseFlags,
  surroundings: Surroundings,
): Promise<void> {
  if (name !== undefined || team !== undefined)
    throw new UsageError('--directory means every AccessGroup of it: leave GROUP and --team out');
  if (empty)
    throw new UsageError('--empty goes with one GROUP: nobody should empty a whole directory at once');
  const act = { by: caller(), reason: requireReason(flags.reason) };
  if (!(await ownership.knowsDirectory(directory)))
    throw new UsageError(`nothing here came from a directory "${directory}"`);
  const released = await ownership.releaseDirectory(directory, act);
  if (json) printJson(surroundings, { directory, released });
  else print(surroundings, `${released} AccessGroups of ${directory} are manual now, with their members`);
}

const HELP = `
Its level and projects stay. When the directory shows the group again, it stays manual until somebody adopts it.

Exit codes: 0 released, 2 bad configuration or usage, or not managed.

Examples:
  rollcall release eng-api --team platform --reason "the team keeps its own list, CHG-1234"
  rollcall release eng-old --team platform --reason "dissolved" --empty
  rollcall release --directory oldcorp --reason "the company was sold"`;
