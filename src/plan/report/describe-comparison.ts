/** Describes in words what a proposed configuration would change. */
import type {
  Comparison,
  GroupDifference,
  GroupResult,
  MemberChange,
  MemberDifference,
  ReadWay,
} from '../../model/operations/comparison.ts';
import { FACTS } from './doubt-reasons.ts';
import { meaningOf } from './reasons.ts';

const READS: Readonly<Record<ReadWay, string>> = {
  once: 'read once for both configurations',
  same_position:
    'read twice, because the configurations select different entries; the directory did not change meanwhile',
  unproved:
    'read twice, because the configurations select different entries; the directory changed meanwhile, or its server has no change marker, so a difference may be a change of the directory',
};

const MARKS: Readonly<Record<MemberChange, string>> = {
  added: '+ adds',
  removed: '- removes',
  kept: '= keeps',
  not_added: '= does not add',
};

const WHY_MEMBER: Readonly<Record<string, string>> = {
  ...FACTS,
  member: 'a directory group of the AccessGroup names the user',
  not_named: 'no directory group of the AccessGroup names the user',
};

/** Describes a comparison: groups, then people, then what the guard would hold, then the numbers. */
export function describeComparison(comparison: Comparison): string[] {
  const { groups, members, held, warnings, read } = comparison;
  return [
    READS[read],
    ...groups.map(describeGroup),
    ...members.map(describeMember),
    ...warnings.map(warning => `warning: ${warning}`),
    ...held.flatMap((reasons, index) => reasons.map(reason => `held${readOf(index + 1)}: ${reason}`)),
    describeNumbers(comparison),
  ];
}

/** Whether the proposed configuration changes anything. */
export function differs({ groups, members }: Comparison): boolean {
  return groups.length + members.length > 0;
}

/** Whether the guard would hold something that the proposed configuration changes, or does not trust the read. */
export function isHeld({ groups, members, untrusted }: Comparison): boolean {
  if (untrusted) return true;
  return [...groups, ...members].some(({ held }) => held !== undefined);
}

function describeGroup({ dn, running, proposed, held }: GroupDifference): string {
  const line = proposed === undefined ? leavesOut(running) : becomes(running, proposed);
  return [line, `"${dn}"`, ...(held === undefined ? [] : [`held: ${held}`])].join(', ');
}

function leavesOut(running: GroupResult | undefined): string {
  if (running?.reason !== undefined && running.members === 0)
    return `- no longer reports ${placeOf(running)}`;
  return `- group ${placeOf(running)} is deleted, or not created`;
}

function becomes(running: GroupResult | undefined, proposed: GroupResult): string {
  const { reason } = proposed;
  const parts = [`${running === undefined ? '+' : '~'} group ${placeOf(proposed)}`];
  if (running === undefined && reason === undefined) parts.push(`is created, ${proposed.members} members`);
  if (running !== undefined && placeOf(running) !== placeOf(proposed))
    parts.push(`instead of ${placeOf(running)}`);
  if (running !== undefined && running.type !== proposed.type)
    parts.push(`level ${running.type} becomes ${proposed.type}`);
  if (running !== undefined && running.projects.join() !== proposed.projects.join())
    parts.push(`projects [${running.projects.join(', ')}] become [${proposed.projects.join(', ')}]`);
  if (reason !== undefined && reason !== running?.reason) parts.push(`${reason}: ${meaningOf(reason)}`);
  if (reason === undefined && running?.reason !== undefined) parts.push(`no longer ${running.reason}`);
  return parts.join(', ');
}

function placeOf(result: GroupResult | undefined): string {
  return [result?.team, result?.name].filter(part => part !== undefined && part !== '').join('/');
}

function describeMember({ change, team, name, username, reason, read, held }: MemberDifference): string {
  const parts = [
    `${MARKS[change]} ${username} ${change === 'removed' ? 'from' : change === 'kept' ? 'in' : 'to'} ${team}/${name}${readOf(read)}`,
    `${reason}: ${WHY_MEMBER[reason] ?? meaningOf(reason)}`,
  ];
  return [...parts, ...(held === undefined ? [] : [`held: ${held}`])].join(', ');
}

/** Nothing for the first complete read. */
function readOf(read: number): string {
  return read === 1 ? '' : ` with complete read ${read}`;
}

function describeNumbers({ groups, members }: Comparison): string {
  const count = (change: MemberChange) => members.filter(member => member.change === change).length;
  if (groups.length + members.length === 0) return 'no difference';
  const changes = [
    `${count('added')} added`,
    `${count('removed')} removed`,
    `${count('kept')} kept`,
    `${count('not_added')} not added`,
  ];
  const people = new Set(members.map(({ username }) => username)).size;
  return `groups: ${groups.length} differ; members: ${changes.join(', ')}; people: ${people}`;
}
