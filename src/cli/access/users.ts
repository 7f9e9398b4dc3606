/** rollcall users: lists users, and shows the access of one user. */
import type { Grant, PageRequest, ProjectKey, UserAccess, UserSummary } from '../../model/access.ts';
import type { Membership } from '../../model/operations/access.ts';
import {
  type AddCommand,
  type CommandContext,
  EXIT,
  examplesBelow,
  newCommand,
  positive,
  print,
  printJson,
} from '../terminal/command.ts';
import { instant } from '../terminal/instant.ts';
import { type ListFlags, printList, take } from '../terminal/list.ts';
import { openAccessOf } from '../terminal/open.ts';
import { printTable } from '../terminal/style.ts';
import { addLinks } from './links.ts';

interface UsersFlags extends ListFlags {
  readonly search?: string;
}

/** Adds `rollcall users` and `rollcall users access USER`. */
export const addUsers: AddCommand = (program, context, exit) => {
  const users = newCommand(program, 'users')
    .description('List the users of the application.')
    .option('--search <words>', 'only users with these words in their name')
    .option('--limit <n>', 'maximum number', '50')
    .addHelpText('after', '\nExamples:\n  rollcall users --search "ada love"\n  rollcall users access alice')
    .action(async (flags: UsersFlags) => {
      const { search } = flags;
      await using operations = await openAccessOf(flags, context);
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
    .description('Show the teams, groups and projects of a user, and what grants the access.')
    .option('--at <date>', 'at that instant: now (the default), or ISO 8601', nowOr)
    .addHelpText('after', ACCESS_HELP)
    .action(async (user: string, { at }: AccessFlags) => {
      const flags = users.opts<UsersFlags>();
      await using operations = await openAccessOf(flags, context);
      const { access } = operations;
      const limit = positive(flags.limit, '--limit');
      const time = at === 'now' ? undefined : at;
      const memberships = await take<Membership, ProjectKey>(limit, page =>
        access.memberships(user, page, time),
      );
      const projects = await take<UserAccess, ProjectKey>(limit, page => access.userAccess(user, page, time));
      if (flags.json) printJson(context, { memberships: memberships.items, projects: projects.items });
      else printAccess(user, memberships, projects, context);
      if (memberships.items.length + projects.items.length === 0) exit(EXIT.pending);
    });
  addLinks(users, context);
};

interface AccessFlags {
  readonly at?: Date | 'now';
}

function nowOr(text: string): Date | 'now' {
  return text === 'now' ? text : instant(text);
}

type Taken<Item> = Awaited<ReturnType<typeof take<Item, ProjectKey>>>;

function printAccess(
  user: string,
  memberships: Taken<Membership>,
  projects: Taken<UserAccess>,
  context: CommandContext,
): void {
  if (memberships.items.length === 0) print(context, `${user} is in no group and no team.`);
  else printTable(context, ['MEMBER OF', 'OWNER', 'SINCE'], memberships.items.map(membershipRow));
  print(context, '');
  if (projects.items.length === 0) print(context, `${user} has no access to any project.`);
  else printTable(context, ['PROJECT', 'ACCESS', 'THROUGH'], projects.items.map(accessRow));
  if (memberships.more || projects.more) print(context, '… more entries exist: raise --limit');
}

function membershipRow({ kind, team, group, directory, suspended, since }: Membership): string[] {
  const names = { superuser: 'superuser', team: `team ${team}`, group: `${team}/${group}` };
  const owner = kind === 'group' ? (directory ?? 'manual') : '';
  return [suspended ? `${names[kind]} (suspended)` : names[kind], owner, since?.toISOString() ?? ''];
}

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

const ACCESS_HELP = `
Exit codes: 0 the user has a membership or access, 1 the user has neither, 2 bad configuration or usage.

The state now is what PostgreSQL holds. An earlier instant uses the group memberships that the audit recorded, with the current
levels, projects, teams and suspensions.
${examplesBelow('users access alice', 'users access alice --at now', 'users access alice --at 2026-11-01 --json')}`;
