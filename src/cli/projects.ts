/** rollcall projects access: who may reach a project, now or at an instant. */
import { openAsking } from '../app/asking.ts';
import type { PageWish } from '../model-access.ts';
import { type AddCommand, EXIT, examplesBelow, settingsOf } from './context.ts';
import { instant } from './instant.ts';
import { type ListFlags, printList } from './listing.ts';
import { inTeam } from './names.ts';
import { waysOf } from './users.ts';

interface AccessFlags extends ListFlags {
  readonly at?: Date;
}

/** Adds `rollcall projects access TEAM/SLUG`. */
export const addProjects: AddCommand = (program, surroundings, exit) => {
  program
    .command('projects')
    .description('Projects, and who may reach them.')
    .addHelpText('after', examplesBelow('projects access platform/api'))
    .command('access <team/slug>')
    .description('Who may reach a project, and through what.')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print the answer as JSON')
    .option(
      '--at <date>',
      'by the memberships of that instant (ISO 8601, UTC where no zone is given)',
      instant,
    )
    .option('--limit <n>', 'how many', '50')
    .addHelpText('after', HELP)
    .action(async (text: string, flags: AccessFlags) => {
      const { team, name: project } = inTeam(text, 'projects access');
      const { settings } = await settingsOf(flags, surroundings);
      await using asking = await openAsking(settings);
      await printList(flags, surroundings, {
        header: ['USER', 'NAME', 'ACCESS', 'THROUGH'],
        row: ({ username, fullName, access, via }) => [username, fullName, access, waysOf(via)],
        empty: `Nobody may reach ${text}.`,
        list: (page: PageWish<readonly [string]>) =>
          asking.access.projectAccess({ team, project }, page, flags.at),
      });
      exit(EXIT.ok);
    });
};

const HELP = `
With --at, the memberships are those of that moment, as the audit knows them; levels, projects and team members are
those of now.

Examples:
  rollcall projects access platform/api
  rollcall projects access platform/api --at 2026-11-01T09:00:00Z --json`;
