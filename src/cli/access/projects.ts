/** rollcall projects access: which users have access to a project, now or at an instant. */
import type { PageRequest } from '../../model/access.ts';
import { inTeam } from '../terminal/arguments.ts';
import { type AddCommand, examplesBelow, newCommand } from '../terminal/command.ts';
import { instant } from '../terminal/instant.ts';
import { type ListFlags, printList } from '../terminal/list.ts';
import { openAccessOf } from '../terminal/open.ts';
import { waysOf } from './users.ts';

interface AccessFlags extends ListFlags {
  readonly at?: Date;
}

/** Adds `rollcall projects access TEAM/SLUG`. */
export const addProjects: AddCommand = (program, context) => {
  const projects = program
    .command('projects')
    .description('Projects and their access.')
    .addHelpText('after', examplesBelow('projects access platform/api'));
  newCommand(projects, 'access <team/slug>')
    .description('List the users with access to a project, and what grants it.')
    .option(
      '--at <date>',
      'use the memberships at that instant (ISO 8601; UTC if no time zone is given)',
      instant,
    )
    .option('--limit <n>', 'maximum number', '50')
    .addHelpText('after', HELP)
    .action(async (text: string, flags: AccessFlags) => {
      const { team, name: project } = inTeam(text, 'projects access');
      await using operations = await openAccessOf(flags, context);
      await printList(flags, context, {
        header: ['USER', 'NAME', 'ACCESS', 'THROUGH'],
        row: ({ username, fullName, access, via }) => [username, fullName, access, waysOf(via)],
        empty: `No user has access to ${text}.`,
        list: (page: PageRequest<readonly [string]>) =>
          operations.access.projectAccess({ team, project }, page, flags.at),
      });
    });
};

const HELP = `
With --at, the command uses the memberships that the audit recorded for that instant. Levels, projects and team members
are the current ones.

Examples:
  rollcall projects access platform/api
  rollcall projects access platform/api --at 2026-11-01T09:00:00Z --json`;
