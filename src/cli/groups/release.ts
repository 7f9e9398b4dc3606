/** rollcall release: make one AccessGroup, or all of a directory, manual. */
import type { Ownership } from '../../app/operations/ownership.ts';
import { UsageError } from '../../errors.ts';
import {
  type AddCommand,
  type CommandContext,
  type CommonFlags,
  caller,
  newCommand,
  printAnswer,
  settingsOf,
} from '../terminal/command.ts';
import { requireReason } from '../terminal/confirm.ts';
import { openOwnershipOf } from '../terminal/open.ts';

interface ReleaseFlags extends CommonFlags {
  readonly team?: string;
  readonly directory?: string;
  readonly reason: string;
  readonly empty?: boolean;
}

/** Adds `rollcall release`. */
export const addRelease: AddCommand = (program, context) => {
  newCommand(program, 'release [group]', 'the result')
    .description('Make an AccessGroup manual and keep its members. The sync ignores it until it is adopted.')
    .option('--team <slug>', 'the team of the group')
    .option(
      '--directory <name>',
      'every AccessGroup of this directory, even if the directory is no longer configured',
    )
    .requiredOption('--reason <text>', 'why; recorded in the audit')
    .option('--empty', 'also remove its members')
    .addHelpText('after', HELP)
    .action(async (name: string | undefined, flags: ReleaseFlags) => {
      await using ownership = await openOwnershipOf(await settingsOf(flags, context));
      if (flags.directory === undefined) await releaseOne(ownership, name, flags, context);
      else await releaseAll(ownership, flags.directory, name, flags, context);
    });
};

async function releaseOne(
  ownership: Ownership,
  name: string | undefined,
  { team, empty = false, json = false, ...flags }: ReleaseFlags,
  context: CommandContext,
): Promise<void> {
  if (name === undefined || team === undefined)
    throw new UsageError(
      'name the AccessGroup: GROUP --team SLUG, or --directory NAME for all groups of a directory',
    );
  const act = { by: caller(), reason: requireReason(flags.reason), empty };
  const { id } = await ownership.find(team, name);
  const group = await ownership.release(id, act);
  printAnswer({ json }, context, group, [
    `${team}/${name} is now manual, with ${group.members} members; "adopt" makes it managed again`,
  ]);
}

async function releaseAll(
  ownership: Ownership,
  directory: string,
  name: string | undefined,
  { team, empty = false, json = false, ...flags }: ReleaseFlags,
  context: CommandContext,
): Promise<void> {
  if (name !== undefined || team !== undefined)
    throw new UsageError('--directory releases every AccessGroup of the directory: omit GROUP and --team');
  if (empty)
    throw new UsageError(
      '--empty works with one GROUP only, so that a mistake cannot empty a whole directory',
    );
  const act = { by: caller(), reason: requireReason(flags.reason) };
  if (!(await ownership.knowsDirectory(directory)))
    throw new UsageError(`directory "${directory}" is not configured, and no groups come from it`);
  const released = await ownership.releaseDirectory(directory, act);
  printAnswer({ json }, context, { directory, released }, [
    `${released} AccessGroups of ${directory} are now manual and keep their members`,
  ]);
}

const HELP = `
Level and projects do not change. If the directory shows the group again, it stays manual until an operator adopts it.

Exit codes: 0 released, 2 bad configuration or usage, or the group is not managed.

Examples:
  rollcall release eng-api --team platform --reason "the team keeps its own list, CHG-1234"
  rollcall release eng-old --team platform --reason "dissolved" --empty
  rollcall release --directory oldcorp --reason "the company was sold"`;
