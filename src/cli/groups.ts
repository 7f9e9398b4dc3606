/** rollcall groups: lists AccessGroups, and looks after those that no directory owns. */
import { type Asking, type ConflictKey, openAsking } from '../app/asking.ts';
import { UsageError } from '../errors.ts';
import type {
  ConflictGroup,
  GroupDetail,
  GroupMember,
  GroupState,
  GroupSummary,
  GroupWish,
  PageWish,
} from '../model-access.ts';
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
import { addGroupEdits } from './groups-edit.ts';
import { addMemberEdits } from './groups-members.ts';
import { type ListFlags, printList, take } from './listing.ts';
import { inTeam } from './names.ts';

const HEADER = ['GROUP', 'ACCESS', 'STATE', 'DIRECTORY', 'MEMBERS', 'PROJECTS'];
const MEMBER_HEADER = ['MEMBER', 'NAME', 'SINCE', 'BY', 'REASON'];
const STATES: readonly GroupState[] = ['manual', 'linked', 'doubt', 'missing', 'out_of_scope'];

interface GroupsFlags extends ListFlags {
  readonly team?: string;
  readonly state?: string;
  readonly search?: string;
  readonly directory?: string;
}

/** Adds `rollcall groups` and everything below it. */
export const addGroups: AddCommand = (program, surroundings, exit) => {
  const groups = program
    .command('groups')
    .description('The AccessGroups of all teams, by name; below it, how they are looked after by hand.')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print the answer as JSON')
    .option('--team <slug>', 'only groups of this team')
    .option(
      '--state <state>',
      `only groups that are ${STATES.join(', ')}; conflict: directory groups that get none, and why`,
    )
    .option('--search <words>', 'only groups with these words in their name')
    .option('--directory <name>', 'only groups that this directory owns')
    .option('--limit <n>', 'how many', '50')
    .addHelpText('after', HELP)
    .action(async (flags: GroupsFlags) => {
      const { team, search, directory } = flags;
      const inConflict = flags.state === 'conflict';
      const state = inConflict ? undefined : stateOf(flags.state);
      const { settings } = await settingsOf(flags, surroundings);
      await using asking = await openAsking(settings);
      if (inConflict) {
        await printConflicts(asking, flags, surroundings);
        return exit(EXIT.ok);
      }
      const empty = 'No AccessGroup is there that fits.';
      const list = (page: GroupWish) => asking.access.listGroups({ ...page, team, state, search, directory });
      await printList(flags, surroundings, { header: HEADER, row, empty, list });
      exit(EXIT.ok);
    });
  groups
    .command('show <team/name>')
    .description('One AccessGroup: who owns it, its projects, and who is in it since when and why.')
    .addHelpText(
      'after',
      examplesBelow('groups show platform/eng-api', 'groups show platform/eng-api --limit 500 --json'),
    )
    .action(async (text: string) => {
      await showGroup(text, groups.opts<GroupsFlags>(), surroundings);
      exit(EXIT.ok);
    });
  addGroupEdits(groups, surroundings, exit);
  addMemberEdits(groups, surroundings, exit);
};

async function printConflicts(asking: Asking, flags: GroupsFlags, surroundings: Surroundings): Promise<void> {
  const { team, search, directory } = flags;
  if (team !== undefined)
    throw new UsageError('--team says nothing of groups in conflict: they have no team');
  const empty = 'No directory group is in conflict.';
  const cells = ({ name, reason, directory, mapping, dn }: ConflictGroup) => [
    name,
    reason,
    directory,
    mapping,
    dn,
  ];
  await printList(flags, surroundings, {
    header: ['GROUP', 'CONFLICT', 'DIRECTORY', 'MAPPING', 'DN'],
    row: cells,
    empty,
    list: (page: PageWish<ConflictKey>) => asking.conflicts({ ...page, search, directory }),
  });
}

async function showGroup(text: string, flags: GroupsFlags, surroundings: Surroundings): Promise<void> {
  const { team, name } = inTeam(text, 'groups show');
  const { settings } = await settingsOf(flags, surroundings);
  await using asking = await openAsking(settings);
  const { access } = asking;
  const group = await access.getGroup(await asking.find(team, name));
  const list = (page: PageWish<readonly [string]>) => access.groupMembers(group.id, page);
  if (flags.json) {
    const { items } = await take(positive(flags.limit, '--limit'), list);
    printJson(surroundings, { ...group, memberList: items });
    return;
  }
  for (const line of describeGroup(group)) print(surroundings, line);
  await printList(flags, surroundings, {
    header: MEMBER_HEADER,
    row: memberRow,
    empty: 'Nobody is in it.',
    list,
  });
}

function describeGroup(group: GroupDetail): string[] {
  const { team, name, access, projects, sources, unresolved, doubts, lastError } = group;
  return [
    `${team}/${name}: level ${access} on ${projects.join(', ') || 'no project, so it grants nothing'}`,
    ...(group.managed ? [] : ['managed by hand']),
    ...sources.map(({ directory, dn, state, reason }) => {
      return `${directory}: "${dn}" ${state}${reason === null ? '' : ` (${reason})`}${group.frozen ? ', frozen' : ''}`;
    }),
    ...(unresolved === 0 ? [] : [`${unresolved} member values lead to no local user`]),
    ...(doubts === 0 ? [] : [`${doubts} members stay in doubt: rollcall doubts`]),
    ...(lastError === null ? [] : [`last error: ${lastError}`]),
  ];
}

function memberRow({ username, fullName, isActive, since, runId, actor, reason }: GroupMember): string[] {
  const who = runId === null ? (actor ?? '') : `run ${runId}`;
  return [
    isActive ? username : `${username} (inactive)`,
    fullName,
    since?.toISOString() ?? '',
    who,
    reason ?? '',
  ];
}

function row({ team, name, access, state, frozen, directory, members, projects }: GroupSummary): string[] {
  const shown = frozen ? `${state}, frozen` : state;
  return [`${team}/${name}`, access, shown, directory ?? '', String(members), projects.join(', ')];
}

function stateOf(text: string | undefined): GroupState | undefined {
  const state = STATES.find(each => each === text);
  if (text !== undefined && state === undefined)
    throw new UsageError(`--state takes ${STATES.join(', ')}, conflict, not "${text}"`);
  return state;
}

const HELP = `
Examples:
  rollcall groups --team platform
  rollcall groups --state missing
  rollcall groups --state conflict
  rollcall groups --search "eng api" --json
  rollcall groups show platform/eng-api
  rollcall groups create platform/friends --type user
  rollcall groups add-member platform/friends alice bob
  rollcall groups assign platform/friends api
  rollcall groups delete platform/friends`;
