/** Explains why a user is in a group or can access a project, or what must change for that. Pure. */
import type { Explanation, Grant, GroupDetail, LastChange, Step } from '../../model/access.ts';
import type { AccessFacts, MembershipFacts } from '../../model/explanation.ts';
import { describeDirectory } from './directory-steps.ts';
import { describeReason, doubtSteps } from './doubt-steps.ts';
import { shadowMissing, shadowSteps } from './shadow-steps.ts';

/** Explains why a user is in a group or not. */
export function explainMembership(facts: MembershipFacts): Explanation {
  const { group, member, lastChange } = facts;
  const since = member && lastChange?.action === 'add' ? lastChange : undefined;
  const directory = group.managed ? describeDirectory(facts) : { steps: [], missing: [] };
  return {
    answer: member,
    steps: [
      userStep(facts),
      groupStep(group),
      ...directory.steps,
      ...shadowSteps(facts.username, facts.shadow),
      membershipStep(facts),
      ...doubtSteps(facts),
      ...policySteps(facts),
    ],
    since: since?.at ?? null,
    runId: since?.runId ?? null,
    missing: member
      ? []
      : [
          ...missingUser(facts),
          ...shadowMissing(facts.shadow),
          ...directory.missing,
          ...missingByHand(facts),
        ],
  };
}

/** Explains why a user can access a project or not. */
export function explainAccess(facts: AccessFacts): Explanation {
  const { project, visible, via, lastChange } = facts;
  const text = visible
    ? `project ${project} is visible`
    : `project ${project} is hidden, so no user has access to it`;
  return {
    answer: via.length > 0,
    steps: [
      userStep(facts),
      { kind: 'project', ok: visible, text },
      ...suspension(facts),
      ...accessSteps(facts),
    ],
    since: lastChange?.at ?? null,
    runId: lastChange?.runId ?? null,
    missing: via.length > 0 ? [] : missingAccess(facts),
  };
}

function userStep({ username, person }: Pick<MembershipFacts, 'username' | 'person'>): Step {
  if (person === undefined) return { kind: 'user', ok: false, text: `there is no local user ${username}` };
  const text = person.isActive
    ? `${username} is an active local user`
    : `${username} is inactive and has no access`;
  return { kind: 'user', ok: person.isActive, text };
}

function groupStep({ team, name, managed, directory, access, projects }: GroupDetail): Step {
  const owner = managed ? `directory ${directory ?? '(not configured)'} owns its members` : 'users edit it';
  const reach = projects.length === 0 ? 'no project, so it grants nothing' : projects.join(', ');
  return { kind: 'group', ok: true, text: `${team}/${name}: ${owner}; level ${access} on ${reach}` };
}

function membershipStep({ username, group, member, lastChange }: MembershipFacts): Step {
  const state = `${username} is ${member ? 'a' : 'not a'} member of ${group.team}/${group.name}`;
  const fits = lastChange !== undefined && (lastChange.action === 'add') === member;
  return { kind: 'membership', ok: member, text: fits ? `${state}, ${describeChange(lastChange)}` : state };
}

function describeChange(change: LastChange): string {
  const { action, at, runId, actor } = change;
  const who = runId === null ? (actor ?? 'an unknown actor') : `run ${runId}`;
  return `${action === 'add' ? 'since' : 'removed'} ${at.toISOString()} by ${who} (${describeReason(change)})`;
}

function policySteps(facts: MembershipFacts): Step[] {
  const { username, group, suspended, heldBy } = facts;
  const policy = (text: string): Step => ({ kind: 'policy', ok: false, text });
  return [
    ...(facts.protected
      ? [policy(`${username} matches protect, so the sync does not add or remove the user`)]
      : []),
    ...(heldBy === undefined
      ? []
      : [policy(`run ${heldBy} would remove the member, and waits for approval`)]),
    ...(suspended
      ? [policy(`the membership of team ${group.team} is suspended, so the group gives no access`)]
      : []),
  ];
}

function missingUser({ username, person }: MembershipFacts): string[] {
  return person === undefined ? [`a local user ${username} exists`] : [];
}

function missingByHand({ group, username }: MembershipFacts): string[] {
  return group.managed ? [] : [`a user adds ${username} to the manual group`];
}

function suspension({ suspended, team }: AccessFacts): Step[] {
  if (!suspended) return [];
  const text = `the membership of team ${team} is suspended, which overrides every group`;
  return [{ kind: 'team', ok: false, text }];
}

function accessSteps({ username, project, via, lastChange }: AccessFacts): Step[] {
  if (via.length === 0)
    return [{ kind: 'access', ok: false, text: `${username} has no access to ${project}` }];
  return via.map((way, index) => {
    const since = index === 0 && lastChange !== undefined ? `, ${describeChange(lastChange)}` : '';
    const rank = index === 0 ? '' : ' (in addition)';
    return { kind: 'access', ok: true, text: `level ${way.access} ${describeWay(way)}${since}${rank}` };
  });
}

function describeWay({ kind, group }: Grant): string {
  if (kind === 'superuser') return 'as a superuser';
  return kind === 'team' ? 'through the team: its members reach all its projects' : `through group ${group}`;
}

function missingAccess({
  username,
  person,
  team,
  project,
  visible,
  suspended,
  offered,
}: AccessFacts): string[] {
  const ways = ['an active member of the team', ...offered.map(name => `a member of group ${name}`)];
  return [
    ...(person === undefined ? [`a local user ${username} exists`] : []),
    ...(person?.isActive === false ? [`${username} is active`] : []),
    ...(visible ? [] : [`project ${project} is visible`]),
    ...(suspended ? [`the membership of team ${team} is no longer suspended`] : []),
    ...(suspended && offered.length > 0 ? [] : [`${username} is ${ways.join(', or ')}`]),
  ];
}
