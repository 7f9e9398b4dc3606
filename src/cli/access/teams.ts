/** rollcall teams: lists teams, and shows one team with its members and projects. */
import type { Command } from 'commander';
import type { PageRequest, ProjectSummary, TeamMember, TeamSummary } from '../../model/access.ts';
import {
  type AddCommand,
  type CommandContext,
  examplesBelow,
  newCommand,
  positive,
  print,
  printJson,
} from '../terminal/command.ts';
import { type ListFlags, printList, take } from '../terminal/list.ts';
import { openAccessOf } from '../terminal/open.ts';

type Names = PageRequest<readonly [string]>;

const NOTE =
  'Team members have access to all projects. Group members have access only to projects assigned to the group.';

/** Adds `rollcall teams` and `rollcall teams show SLUG`. */
export const addTeams: AddCommand = (program, context, _exit) => {
  const teams = newCommand(program, 'teams')
    .description('List the teams with their groups, members and projects.')
    .option('--limit <n>', 'maximum number', '50')
    .addHelpText('after', '\nExamples:\n  rollcall teams\n  rollcall teams show platform --json')
    .action(async (flags: ListFlags) => {
      await using operations = await openAccessOf(flags, context);
      const header = ['TEAM', 'NAME', 'GROUPS', 'MEMBERS', 'PROJECTS'];
      const list = (page: Names) => operations.access.listTeams(page);
      await printList(flags, context, { header, row, empty: 'No teams.', list });
    });
  addShow(teams, context);
};

function addShow(teams: Command, context: CommandContext): void {
  teams
    .command('show <slug>')
    .description('Show the members and projects of a team.')
    .addHelpText('after', examplesBelow('teams show platform', 'teams show platform --json'))
    .action(async (slug: string) => {
      const flags = teams.opts<ListFlags>();
      await using operations = await openAccessOf(flags, context);
      const members = (page: Names) => operations.access.teamMembers(slug, page);
      const projects = (page: Names) => operations.access.teamProjects(slug, page);
      if (flags.json) {
        const limit = positive(flags.limit, '--limit');
        const [inTeam, its] = [await take(limit, members), await take(limit, projects)];
        printJson(context, { slug, members: inTeam.items, projects: its.items });
      } else {
        print(context, NOTE);
        await printList(flags, context, { ...MEMBERS, list: members });
        await printList(flags, context, { ...PROJECTS, list: projects });
      }
    });
}

const MEMBERS = {
  header: ['MEMBER', 'NAME', 'ACCESS', 'STATE'],
  empty: 'The team has no members.',
  row: ({ username, fullName, access, suspended, isActive }: TeamMember) => {
    const state = suspended ? 'suspended' : isActive ? 'active' : 'inactive user';
    return [username, fullName, access, state];
  },
};

const PROJECTS = {
  header: ['PROJECT', 'NAME', 'STATE', 'GROUPS'],
  empty: 'The team has no projects.',
  row: ({ slug, name, visible, groups }: ProjectSummary) => {
    return [slug, name, visible ? 'visible' : 'hidden', String(groups)];
  },
};

function row({ slug, name, groups, members, projects }: TeamSummary): string[] {
  return [slug, name, String(groups), String(members), String(projects)];
}
