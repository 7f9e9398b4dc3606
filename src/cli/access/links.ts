/** rollcall users links, confirm, refuse and unlink: which directory entry is which local user. */
import type { Command } from 'commander';
import type { PageRequest } from '../../model/access.ts';
import type { LinkDecision, LinkKey, ListedLink, ListedLinkState } from '../../model/operations/links.ts';
import type { Run } from '../../model/run.ts';
import {
  type CommandContext,
  type CommonFlags,
  caller,
  examplesBelow,
  print,
  printAnswer,
  settingsOf,
} from '../terminal/command.ts';
import { requireReason } from '../terminal/confirm.ts';
import { type ListFlags, printList } from '../terminal/list.ts';
import { openLinksOf } from '../terminal/open.ts';

const HEADER = ['USER', 'DIRECTORY', 'STATE', 'MATCHED BY', 'DN'];

interface LinksFlags {
  readonly directory?: string;
  readonly waiting?: true;
  readonly refused?: true;
}

interface DecisionFlags {
  readonly directory: string;
  readonly entry: string;
  readonly reason: string;
}

/** Adds the commands about links below `users`. */
export function addLinks(users: Command, context: CommandContext): void {
  users
    .command('links [user]')
    .description('List which directory entries are linked to which users, and which links wait for you.')
    .option('--directory <name>', 'only links to entries of this directory')
    .option('--waiting', 'only links that wait for confirmation (users.firstLink: confirm)')
    .option('--refused', 'only links that an operator refused or removed')
    .addHelpText('after', examplesBelow('users links', 'users links alice', 'users links --waiting'))
    .action(async (username: string | undefined, { directory, ...flags }: LinksFlags) => {
      const common = users.opts<ListFlags>();
      await using opened = await openLinksOf(await settingsOf(common, context));
      const which = { username, directory, state: stateOf(flags) };
      const list = (page: PageRequest<LinkKey>) => opened.list({ ...page, ...which });
      const items = await printList(common, context, {
        header: HEADER,
        row,
        empty: 'No matching links.',
        list,
      });
      if (!common.json) for (const link of items) for (const line of wayOut(link)) print(context, line);
    });
  addDecision(users, context, 'confirm', 'Link a user to the entry of the same person, and queue a run.');
  addDecision(users, context, 'refuse', 'Never link a user to an entry, because it is another person.');
  addUnlink(users, context);
}

function addDecision(
  users: Command,
  context: CommandContext,
  decision: LinkDecision['decision'],
  description: string,
): void {
  const example = `users ${decision} alice --directory corp --entry 0f3c… --reason "HR-1234"`;
  users
    .command(`${decision} <user>`)
    .description(description)
    .requiredOption('--directory <name>', 'the directory of the entry')
    .requiredOption('--entry <uuid>', 'the identity of the entry, as "users links" shows it')
    .requiredOption('--reason <text>', 'why; recorded with the link')
    .addHelpText('after', `\n${EXIT_CODES}\n${examplesBelow(example)}`)
    .action(async (username: string, { reason, ...flags }: DecisionFlags) => {
      const common = users.opts<CommonFlags>();
      const request = { ...flags, username, decision, by: caller(), reason: requireReason(reason) };
      await using opened = await openLinksOf(await settingsOf(common, context));
      const run = await opened.decide(request);
      const what = decision === 'confirm' ? 'linked' : 'not linked';
      printAnswer(common, context, { ...request, run }, [`${username}: ${what}${next(run)}`]);
    });
}

function addUnlink(users: Command, context: CommandContext): void {
  const example = 'users unlink alice --directory corp --reason "the entry is another person, HR-1234"';
  users
    .command('unlink <user>')
    .description(
      'Remove the link of a user to an entry. Rollcall does not make it again; the user loses the memberships that it gave.',
    )
    .requiredOption('--directory <name>', 'the directory of the entry')
    .requiredOption('--reason <text>', 'why; recorded with the link')
    .addHelpText('after', `\n${EXIT_CODES}\n${examplesBelow(example)}`)
    .action(async (username: string, { directory, reason }: Omit<DecisionFlags, 'entry'>) => {
      const common = users.opts<CommonFlags>();
      const request = { username, directory, by: caller(), reason: requireReason(reason) };
      await using opened = await openLinksOf(await settingsOf(common, context));
      const run = await opened.unlink(request);
      printAnswer(common, context, { ...request, run }, [`${username}: no longer linked${next(run)}`]);
    });
}

function stateOf({ waiting, refused }: LinksFlags): ListedLinkState | undefined {
  if (waiting) return 'waiting';
  return refused ? 'refused' : undefined;
}

function row({ username, directory, state, matchedBy, dn, decidedBy }: ListedLink): string[] {
  return [username, directory, decidedBy === null ? state : `${state} by ${decidedBy}`, matchedBy, dn];
}

/** The commands that end the state of the link. */
function wayOut({ username, directory, entry, state }: ListedLink): string[] {
  if (state === 'linked') return [];
  const flags = `${username} --directory ${directory} --entry ${entry} --reason TEXT`;
  const decisions = state === 'waiting' ? ['confirm', 'refuse'] : ['confirm'];
  return decisions.map(decision => `rollcall users ${decision} ${flags}`);
}

function next(run: Run | undefined): string {
  return run === undefined ? '' : `; run ${run.id} applies it: rollcall runs show ${run.id}`;
}

const EXIT_CODES = 'Exit codes: 0 done, 2 bad configuration or usage, or no such link.';
