/** rollcall users: lists users, and shows the access of one user. */
import { openAccess } from '../../app/operations/open-access.ts';
import type { Grant, PageRequest, UserAccess, UserSummary } from '../../model/access.ts';
import { type AddCommand, examplesBelow, newCommand, settingsOf } from '../terminal/command.ts';
import { type ListFlags, printList } from '../terminal/list.ts';

interface UsersFlags extends ListFlags {
  readonly search?: string;
}

/** Adds `rollcall users` and `rollcall users access USER`. */
export const addUsers: AddCommand = (program, context) => {
  const users = newCommand(program, 'users')
    .description('List the users of the application.')
    .option('--search <words>', 'only users with these words in their name')
    .option('--limit <n>', 'maximum number', '50')
    .addHelpText('after', '\nExamples:\n  rollcall users --search "ada love"\n  rollcall users access alice')
    .action(async (flags: UsersFlags) => {
      const { search } = flags;
      await using operations = await openAccess(await settingsOf(flags, context));
      const header = ['USER', 'NAME', 'EMAIL', 'STATE'];
      const list = (page: PageRequest<readonly [string]>) => operations.access.listUsers({ ...page, search });
      await printList(flags, context, {
        header,
        row: userRow,
        empty: 'No matching users.',
        list,
      });
    });
  users
    .command('access <user>')
    .description('Show the projects that a user has access to, and what grants the access.')
    .addHelpText('after', examplesBelow('users access alice', 'users access alice --limit 500 --json'))
    .action(async (user: string) => {
      const flags = users.opts<UsersFlags>();
      await using operations = await openAccess(await settingsOf(flags, context));
      const header = ['PROJECT', 'ACCESS', 'THROUGH'];
      const empty = `${user} has no access to any project.`;
      const list = (page: PageRequest<readonly [string, string]>) => operations.access.userAccess(user, page);
      await printList(flags, context, { header, row: accessRow, empty, list });
    });
};

/** All grants of access to a project in one cell, the effective one first. */
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
