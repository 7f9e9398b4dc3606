/** rollcall users: who is there, and what somebody may reach. */
import { openAsking } from '../app/asking.ts';
import type { Grant, PageWish, UserAccess, UserSummary } from '../model-access.ts';
import { type AddCommand, EXIT, examplesBelow, settingsOf } from './context.ts';
import { type ListFlags, printList } from './listing.ts';

interface UsersFlags extends ListFlags {
  readonly search?: string;
}

/** Adds `rollcall users` and `rollcall users access USER`. */
export const addUsers: AddCommand = (program, surroundings, exit) => {
  const users = program
    .command('users')
    .description('The users of the application.')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print the answer as JSON')
    .option('--search <words>', 'only users with these words in their name')
    .option('--limit <n>', 'how many', '50')
    .addHelpText('after', '\nExamples:\n  rollcall users --search "ada love"\n  rollcall users access alice')
    .action(async (flags: UsersFlags) => {
      const { search } = flags;
      const { settings } = await settingsOf(flags, surroundings);
      await using asking = await openAsking(settings);
      const header = ['USER', 'NAME', 'EMAIL', 'STATE'];
      const list = (page: PageWish<readonly [string]>) => asking.access.listUsers({ ...page, search });
      await printList(flags, surroundings, {
        header,
        row: userRow,
        empty: 'Nobody is there who fits.',
        list,
      });
      exit(EXIT.ok);
    });
  users
    .command('access <user>')
    .description('What a user may reach, and through what.')
    .addHelpText('after', examplesBelow('users access alice', 'users access alice --limit 500 --json'))
    .action(async (user: string) => {
      const flags = users.opts<UsersFlags>();
      const { settings } = await settingsOf(flags, surroundings);
      await using asking = await openAsking(settings);
      const header = ['PROJECT', 'ACCESS', 'THROUGH'];
      const empty = `${user} may reach no project.`;
      const list = (page: PageWish<readonly [string, string]>) => asking.access.userAccess(user, page);
      await printList(flags, surroundings, { header, row: accessRow, empty, list });
      exit(EXIT.ok);
    });
};

/** The ways to a project in one cell, the one that counts first. */
export function waysOf(via: readonly Grant[]): string {
  return via
    .map(({ kind, group, access }) => `${kind === 'group' ? `group ${group}` : kind} (${access})`)
    .join(', ');
}

function userRow({ username, fullName, email, isActive, isSuperuser }: UserSummary): string[] {
  const state = [isActive ? 'active' : 'inactive', ...(isSuperuser ? ['superuser'] : [])];
  return [username, fullName, email, state.join(', ')];
}

function accessRow({ team, project, access, via }: UserAccess): string[] {
  return [`${team}/${project}`, access, waysOf(via)];
}
