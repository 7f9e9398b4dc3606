/** rollcall groups add-member, remove-member, assign, unassign. */
import type { Command } from 'commander';
import { inTeam } from '../terminal/arguments.ts';
import { type CommandContext, caller, examplesBelow } from '../terminal/command.ts';
import { openFor, printResult } from './edit.ts';

interface Edit {
  readonly command: string;
  readonly what: string;
  /** Arguments of the example. */
  readonly names: string;
  readonly description: string;
  readonly change: 'addMember' | 'removeMember' | 'assignProject' | 'unassignProject';
}

const EDITS: readonly Edit[] = [
  {
    command: 'add-member',
    names: 'alice bob',
    what: 'user',
    description: 'Add users to a manual group.',
    change: 'addMember',
  },
  {
    command: 'remove-member',
    names: 'alice',
    what: 'user',
    description: 'Remove users from a manual group.',
    change: 'removeMember',
  },
  {
    command: 'assign',
    names: 'api web',
    what: 'project',
    description: 'Assign projects of its team to a group. Members of the group get access to them.',
    change: 'assignProject',
  },
  {
    command: 'unassign',
    names: 'web',
    what: 'project',
    description: 'Unassign projects from a group.',
    change: 'unassignProject',
  },
];

/** Adds the commands below `groups`. Each is idempotent: repeating it changes nothing. */
export function addMemberEdits(groups: Command, context: CommandContext): void {
  for (const { command, what, names: some, description, change } of EDITS) {
    groups
      .command(`${command} <team/name> <${what}...>`)
      .description(description)
      .addHelpText('after', examplesBelow(`groups ${command} platform/friends ${some}`))
      .action(async (text: string, names: string[]) => {
        const { team, name } = inTeam(text, `groups ${command}`);
        await using operations = await openFor(groups, context);
        const id = await operations.find(team, name);
        for (const each of names) await operations.manual[change](id, each, caller());
        const { members, projects } = await operations.access.getGroup(id);
        const answer = { id, team, name, members, projects };
        printResult(
          groups,
          context,
          answer,
          `${text}: ${members} members; projects: ${projects.join(', ') || 'none'}`,
        );
      });
  }
}
