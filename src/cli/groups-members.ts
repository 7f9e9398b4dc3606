/** rollcall groups add-member, remove-member, assign, unassign. */
import type { Command } from 'commander';
import { caller, EXIT, examplesBelow, type Surroundings } from './context.ts';
import { openFor, tell } from './groups-edit.ts';
import { inTeam } from './names.ts';

interface Edit {
  readonly command: string;
  readonly what: string;
  /** Of the example. */
  readonly names: string;
  readonly description: string;
  readonly change: 'addMember' | 'removeMember' | 'assignProject' | 'unassignProject';
}

const EDITS: readonly Edit[] = [
  {
    command: 'add-member',
    names: 'alice bob',
    what: 'user',
    description: 'Put users into a manual group.',
    change: 'addMember',
  },
  {
    command: 'remove-member',
    names: 'alice',
    what: 'user',
    description: 'Take users out of a manual group.',
    change: 'removeMember',
  },
  {
    command: 'assign',
    names: 'api web',
    what: 'project',
    description: "Let a group's members reach projects of its team.",
    change: 'assignProject',
  },
  {
    command: 'unassign',
    names: 'web',
    what: 'project',
    description: 'Take projects from a group.',
    change: 'unassignProject',
  },
];

/** Adds the commands below `groups`. Each may be repeated; what is so already stays so. */
export function addMemberEdits(
  groups: Command,
  surroundings: Surroundings,
  exit: (code: number) => void,
): void {
  for (const { command, what, names: some, description, change } of EDITS) {
    groups
      .command(`${command} <team/name> <${what}...>`)
      .description(description)
      .addHelpText('after', examplesBelow(`groups ${command} platform/friends ${some}`))
      .action(async (text: string, names: string[]) => {
        const { team, name } = inTeam(text, `groups ${command}`);
        await using asking = await openFor(groups, surroundings);
        const id = await asking.find(team, name);
        for (const each of names) await asking.manual[change](id, each, caller());
        const { members, projects } = await asking.access.getGroup(id);
        const answer = { id, team, name, members, projects };
        tell(
          groups,
          surroundings,
          answer,
          `${text}: ${members} members; projects: ${projects.join(', ') || 'none'}`,
        );
        exit(EXIT.ok);
      });
  }
}
