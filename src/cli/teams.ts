/** rollcall teams: the teams, and one team with its members and projects. */
import type { Command } from 'commander';
import { openAsking } from '../app/asking.ts';
import type { PageWish, ProjectSummary, TeamMember, TeamSummary } from '../model-access.ts';
import {
  type AddCommand,
  EXIT,
  examplesBelow,
  positive,
  print,
  printJson,
  type Surroundings,
  settingsOf,
} from './context.ts';
import { type ListFlags, printList, take } from './listing.ts';

type Names = PageWish<readonly [string]>;

const NOTE =
  'Members of the team reach all its projects; members of a group reach only the projects assigned to it.';

/** Adds `rollcall teams` and `rollcall teams show SLUG`. */
export const addTeams: AddCommand = (program, surroundings, exit) => {
  const teams = program
    .command('teams')
    .description('The teams, with what is in them.')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print the answer as JSON')
    .option('--limit <n>', 'how many', '50')
    .addHelpText('after', '\nExamples:\n  rollcall teams\n  rollcall teams show platform --json')
    .action(async (flags: ListFlags) => {
      const { settings } = await settingsOf(flags, surroundings);
      await using asking = await openAsking(settings);
      const header = ['TEAM', 'NAME', 'GROUPS', 'MEMBERS', 'PROJECTS'];
      const list = (page: Names) => asking.access.listTeams(page);
      await printList(flags, surroundings, { header, row, empty: 'There is no team.', list });
      exit(EXIT.ok);
    });
  addShow(teams, surroundings, exit);
};

function addShow(teams: Command, surroundings: Surroundings, exit: (code: number) => void): void {
  teams
    .command('show <slug>')
    .description('Who is in a team as a whole, and its projects.')
    .addHelpText('after', examplesBelow('teams show platform', 'teams show platform --json'))
    .action(async (slug: string) => {
      const flags = teams.opts<ListFlags>();
      const { settings } = await settingsOf(flags, surroundings);
      await using asking = await openAsking(settings);
      const members = (page: Names) => asking.access.teamMembers(slug, page);
      const projects = (page: Names) => asking.access.teamProjects(slug, page);
      if (flags.json) {
        const limit = positive(flags.limit, '--limit');
        const [inTeam, its] = [await take(limit, members), await take(limit, projects)];
        printJson(surroundings, { slug, members: inTeam.items, projects: its.items });
      } else {
        print(surroundings, NOTE);
        await printList(flags, surroundings, { ...MEMBERS, list: members });
        await printList(flags, surroundings, { ...PROJECTS, list: projects });
      }
      exit(EXIT.ok);
    });
}

const MEMBERS = {
  header: ['MEMBER', 'NAME', 'ACCESS', 'STATE'],
  empty: 'Nobody is in the team as a whole.',
  row: ({ username, fullName, access, suspended, isActive }: TeamMember) => {
    const state = suspended ? 'suspended' : isActive ? 'active' : 'inactive user';
    return [username, fullName, access, state];
  },
};

const PROJECTS = {
  header: ['PROJECT', 'NAME', 'STATE', 'GROUPS'],
  empty: 'The team has no project.',
  row: ({ slug, name, visible, groups }: ProjectSummary) => {
    return [slug, name, visible ? 'visible' : 'hidden', String(groups)];
  },
};

function row({ slug, name, groups, members, projects }: TeamSummary): string[] {
  return [slug, name, String(groups), String(members), String(projects)];
}
