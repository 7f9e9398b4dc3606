/** rollcall groups: lists AccessGroups, and creates and edits manual ones. */
import type { AccessSession } from '../../app/operations/open-access.ts';
import { UsageError } from '../../errors.ts';
import type {
  ConflictFilter,
  ConflictGroup,
  GroupDetail,
  GroupFilter,
  GroupMember,
  GroupSummary,
  PageRequest,
} from '../../model/access.ts';
import { GROUP_STATES, type GroupState, stateWords } from '../../model/group-state.ts';
import { inTeam } from '../terminal/arguments.ts';
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
import { addGroupEdits } from './edit.ts';
import { addMemberEdits } from './members.ts';

const HEADER = ['GROUP', 'ACCESS', 'STATE', 'DIRECTORY', 'MEMBERS', 'PROJECTS'];
const MEMBER_HEADER = ['MEMBER', 'NAME', 'SINCE', 'BY', 'REASON'];

interface GroupsFlags extends ListFlags {
  readonly team?: string;
  readonly state?: string;
  readonly search?: string;
  readonly directory?: string;
}

/** Adds `rollcall groups` and its subcommands. */
export const addGroups: AddCommand = (program, context, exit) => {
  const groups = newCommand(program, 'groups')
    .description('List the AccessGroups of all teams by name. The subcommands create and edit manual groups.')
    .option('--team <slug>', 'only groups of this team')
    .option(
      '--state <state>',
      `only groups in this state: ${GROUP_STATES.join(', ')} (directory groups without the AccessGroup of their mapping, and why)`,
    )
    .option('--search <words>', 'only groups with these words in their name')
    .option('--directory <name>', 'only groups that this directory owns')
    .option('--limit <n>', 'maximum number', '50')
    .addHelpText('after', HELP)
    .action(async (flags: GroupsFlags) => {
      const { team, search, directory } = flags;
      const inConflict = flags.state === 'conflict';
      const state = inConflict ? undefined : stateOf(flags.state);
      await using operations = await openAccessOf(flags, context);
      if (inConflict) return await printConflicts(operations, flags, context);
      const empty = 'No matching groups.';
      const list = (page: GroupFilter) =>
        operations.access.listGroups({ ...page, team, state, search, directory });
      await printList(flags, context, { header: HEADER, row, empty, list });
    });
  groups
    .command('show <team/name>')
    .description('Show one AccessGroup: its owner, its projects, and its members with since when and why.')
    .addHelpText(
      'after',
      examplesBelow('groups show platform/eng-api', 'groups show platform/eng-api --limit 500 --json'),
    )
    .action(async (text: string) => {
      await showGroup(text, groups.opts<GroupsFlags>(), context);
    });
  addGroupEdits(groups, context, exit);
  addMemberEdits(groups, context);
};

async function printConflicts(
  operations: AccessSession,
  flags: GroupsFlags,
  context: CommandContext,
): Promise<void> {
  const { team, search, directory } = flags;
  if (team !== undefined)
    throw new UsageError('--team does not apply to --state conflict: groups in conflict have no team');
  const empty = 'No directory groups are in conflict.';
  const cells = ({ name, reason, directory, mapping, dn }: ConflictGroup) => [
    name,
    reason,
    directory,
    mapping,
    dn,
  ];
  await printList(flags, context, {
    header: ['GROUP', 'CONFLICT', 'DIRECTORY', 'MAPPING', 'DN'],
    row: cells,
    empty,
    list: (page: ConflictFilter) => operations.conflicts({ ...page, search, directory }),
  });
}

async function showGroup(text: string, flags: GroupsFlags, context: CommandContext): Promise<void> {
  const { team, name } = inTeam(text, 'groups show');
  await using operations = await openAccessOf(flags, context);
  const { access } = operations;
  const group = await access.getGroup(await operations.find(team, name));
  const list = (page: PageRequest<readonly [string]>) => access.groupMembers(group.id, page);
  if (flags.json) {
    const { items } = await take(positive(flags.limit, '--limit'), list);
    return printJson(context, { ...group, memberList: items });
  }
  for (const line of describeGroup(group)) print(context, line);
  await printList(flags, context, {
    header: MEMBER_HEADER,
    row: memberRow,
    empty: 'The group has no members.',
    list,
  });
}

function describeGroup(group: GroupDetail): string[] {
  const { team, name, access, projects, sources, unresolved, doubts, lastError, heldPlan } = group;
  return [
    `${team}/${name}: level ${access} on ${projects.join(', ') || 'no project, so it grants nothing'}`,
    describeState(group),
    ...(heldPlan === null ? [] : [`what waits: rollcall waiting ${heldPlan}`]),
    ...sources.map(({ directory, dn, state, reason }) => {
      return `${directory}: "${dn}" ${state}${reason === null ? '' : ` (${reason})`}`;
    }),
    ...(unresolved === 0 ? [] : [`${unresolved} member values do not match a local user`]),
    ...(doubts === 0 ? [] : [`${doubts} members stay in doubt: rollcall doubts`]),
    ...(lastError === null ? [] : [`last error: ${lastError}`]),
  ];
}

/** "waiting (−12): directory 1, here 13". */
function describeState(group: GroupDetail): string {
  const { members, inDirectory, managed } = group;
  if (!managed) return 'manual group';
  return `${stateWords(group)}: directory ${inDirectory ?? 'unknown'}, here ${members}`;
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

function row(group: GroupSummary): string[] {
  const { team, name, access, directory, members, projects } = group;
  return [
    `${team}/${name}`,
    access,
    stateWords(group),
    directory ?? '',
    String(members),
    projects.join(', '),
  ];
}

function stateOf(text: string | undefined): GroupState | undefined {
  const state = GROUP_STATES.find(each => each === text);
  if (text !== undefined && state === undefined)
    throw new UsageError(`--state takes ${GROUP_STATES.join(', ')}, not "${text}"`);
  return state;
}

const HELP = `
Examples:
  rollcall groups --team platform
  rollcall groups --state waiting
  rollcall groups --state conflict
  rollcall groups --search "eng api" --json
  rollcall groups show platform/eng-api
  rollcall groups create platform/friends --type user
  rollcall groups add-member platform/friends alice bob
  rollcall groups assign platform/friends api
  rollcall groups delete platform/friends`;
