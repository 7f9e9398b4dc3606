/** rollcall groups create, edit, delete. */
import type { Command } from 'commander';
import { UsageError } from '../../errors.ts';
import type { AccessType } from '../../model/settings.ts';
import { inTeam } from '../terminal/arguments.ts';
import {
  type AddCommand,
  type CommandContext,
  type CommonFlags,
  caller,
  EXIT,
  examplesBelow,
  print,
  printAnswer,
} from '../terminal/command.ts';
import { openAccessOf } from '../terminal/open.ts';

/** The levels that an operator can choose. Only mappings create system agent groups (100). */
const TYPES: Readonly<Record<string, AccessType>> = { user: 50, owner: 0 };

/** Adds the commands below `groups`. */
export const addGroupEdits: AddCommand = (...groups) => {
  addCreate(...groups);
  addEdit(...groups);
  addDelete(...groups);
};

const addCreate: AddCommand = (groups, context) => {
  groups
    .command('create <team/name>')
    .description('Create a manual group.')
    .option('--type <level>', 'the access level on its projects: user or owner', 'user')
    .addHelpText(
      'after',
      examplesBelow('groups create platform/friends', 'groups create platform/leads --type owner --json'),
    )
    .action(async (text: string, { type }: { type: string }) => {
      const wanted = { ...inTeam(text, 'groups create'), type: typeOf(type) };
      await using operations = await openFor(groups, context);
      const group = await operations.manual.createGroup(wanted, caller());
      printResult(groups, context, group, `created ${group.team}/${group.name}: level ${group.access}`);
    });
};

const addEdit: AddCommand = (groups, context) => {
  groups
    .command('edit <team/name>')
    .description('Change the name or the level of a group. The directory owns the name of a managed group.')
    .option('--name <name>', 'the new name')
    .option('--type <level>', 'the new level: user or owner')
    .addHelpText(
      'after',
      examplesBelow(
        'groups edit platform/friends --name guests',
        'groups edit platform/friends --type owner',
      ),
    )
    .action(async (text: string, { name, type }: { name?: string; type?: string }) => {
      const old = inTeam(text, 'groups edit');
      if (name === undefined && type === undefined)
        throw new UsageError('groups edit takes --name, --type or both');
      const edit = { name, type: type === undefined ? undefined : typeOf(type) };
      await using operations = await openFor(groups, context);
      const id = await operations.find(old.team, old.name);
      const group = await operations.manual.changeGroup(id, edit, caller(), undefined);
      printResult(
        groups,
        context,
        group,
        `${text} is now ${group.team}/${group.name}: level ${group.access}`,
      );
    });
};

const addDelete: AddCommand = (groups, context, exit) => {
  groups
    .command('delete <team/name>')
    .description('Delete a manual group. Its members lose the access that it granted.')
    .option('--yes', 'do not ask for confirmation')
    .addHelpText(
      'after',
      examplesBelow('groups delete platform/friends', 'groups delete platform/friends --yes --json'),
    )
    .action(async (text: string, { yes = false }: { yes?: boolean }) => {
      const { team, name } = inTeam(text, 'groups delete');
      await using operations = await openFor(groups, context);
      const group = await operations.access.getGroup(await operations.find(team, name));
      if (!group.managed && !yes && !(await isConfirmed(context, text, group.members))) {
        print(context, 'nothing was changed');
        return exit(EXIT.pending);
      }
      await operations.manual.deleteGroup(group.id, caller(), group);
      printResult(groups, context, { deleted: group }, `deleted ${text}, which had ${group.members} members`);
    });
};

/** Opens the database of the configuration that the flags of `groups` name. */
export function openFor(groups: Command, context: CommandContext) {
  return openAccessOf(groups.opts<CommonFlags>(), context);
}

/** Prints the result: JSON if the user gave `--json`, otherwise the line. */
export function printResult(groups: Command, context: CommandContext, answer: unknown, line: string): void {
  printAnswer(groups.opts<CommonFlags>(), context, answer, [line]);
}

async function isConfirmed({ ask }: CommandContext, group: string, members: number): Promise<boolean> {
  if (ask === undefined)
    throw new UsageError('nothing was changed: confirmation is required. Repeat with --yes');
  return /^y(es)?$/i.test((await ask(`Delete ${group} with its ${members} members? [y/N] `)).trim());
}

function typeOf(text: string): AccessType {
  const type = TYPES[text];
  if (type !== undefined) return type;
  throw new UsageError(`--type takes ${Object.keys(TYPES).join(' or ')}, not "${text}"`);
}
