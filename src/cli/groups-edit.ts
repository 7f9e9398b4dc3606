/** rollcall groups create, edit, delete. */
import type { Command } from 'commander';
import { openAsking } from '../app/asking.ts';
import { UsageError } from '../errors.ts';
import type { AccessType } from '../settings.ts';
import {
  type AddCommand,
  type CommonFlags,
  caller,
  EXIT,
  examplesBelow,
  print,
  printJson,
  type Surroundings,
  settingsOf,
} from './context.ts';
import { inTeam } from './names.ts';

/** What a person may choose; system agents (100) come from mappings. */
const TYPES: Readonly<Record<string, AccessType>> = { user: 50, owner: 0 };

/** Adds the commands below `groups`. */
export const addGroupEdits: AddCommand = (...groups) => {
  addCreate(...groups);
  addEdit(...groups);
  addDelete(...groups);
};

const addCreate: AddCommand = (groups, surroundings, exit) => {
  groups
    .command('create <team/name>')
    .description('A new group, which no directory owns.')
    .option('--type <level>', 'what its members may do on its projects: user or owner', 'user')
    .addHelpText(
      'after',
      examplesBelow('groups create platform/friends', 'groups create platform/leads --type owner --json'),
    )
    .action(async (text: string, { type }: { type: string }) => {
      const wanted = { ...inTeam(text, 'groups create'), type: typeOf(type) };
      await using asking = await openFor(groups, surroundings);
      const group = await asking.manual.createGroup(wanted, caller());
      tell(groups, surroundings, group, `created ${group.team}/${group.name}: level ${group.access}`);
      exit(EXIT.ok);
    });
};

const addEdit: AddCommand = (groups, surroundings, exit) => {
  groups
    .command('edit <team/name>')
    .description("Give a group another name or level; the name of a managed one is its directory's.")
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
      await using asking = await openFor(groups, surroundings);
      const id = await asking.find(old.team, old.name);
      const group = await asking.manual.changeGroup(id, edit, caller(), undefined);
      tell(groups, surroundings, group, `${text} is now ${group.team}/${group.name}: level ${group.access}`);
      exit(EXIT.ok);
    });
};

const addDelete: AddCommand = (groups, surroundings, exit) => {
  groups
    .command('delete <team/name>')
    .description('Delete a manual group; its members lose what they had through it.')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      examplesBelow('groups delete platform/friends', 'groups delete platform/friends --yes --json'),
    )
    .action(async (text: string, { yes = false }: { yes?: boolean }) => {
      const { team, name } = inTeam(text, 'groups delete');
      await using asking = await openFor(groups, surroundings);
      const group = await asking.access.getGroup(await asking.find(team, name));
      if (!group.managed && !yes && !(await isConfirmed(surroundings, text, group.members))) {
        print(surroundings, 'nothing was changed');
        return exit(EXIT.pending);
      }
      await asking.manual.deleteGroup(group.id, caller(), group);
      tell(groups, surroundings, { deleted: group }, `deleted ${text}, which had ${group.members} members`);
      exit(EXIT.ok);
    });
};

/** Opens what the flags of `groups` name. */
export async function openFor(groups: Command, surroundings: Surroundings) {
  const { settings } = await settingsOf(groups.opts<CommonFlags>(), surroundings);
  return openAsking(settings);
}

/** Prints the outcome: as JSON where `groups` was told so. */
export function tell(groups: Command, surroundings: Surroundings, answer: unknown, line: string): void {
  if (groups.opts<CommonFlags>().json) printJson(surroundings, answer);
  else print(surroundings, line);
}

async function isConfirmed({ ask }: Surroundings, group: string, members: number): Promise<boolean> {
  if (ask === undefined) throw new UsageError('nothing was changed: this needs a yes. Repeat it with --yes');
  return /^y(es)?$/i.test((await ask(`Delete ${group} with its ${members} members? [y/N] `)).trim());
}

function typeOf(text: string): AccessType {
  const type = TYPES[text];
  if (type !== undefined) return type;
  throw new UsageError(`--type takes ${Object.keys(TYPES).join(' or ')}, not "${text}"`);
}
