/** The steps of an explanation that concern the directory: the linked entries, and why a member value matches no user. */
import type { GroupDetail, GroupSource, Identity, Step } from '../../model/access.ts';
import type { MembershipFacts } from '../../model/explanation.ts';
import { meaningOf } from '../report/reasons.ts';

/** Describes the steps and, for a user who is not in the group, what must change in the directory. */
export function describeDirectory(facts: MembershipFacts): { steps: Step[]; missing: string[] } {
  const { group } = facts;
  const identities = facts.identities.filter(each => each.directory === group.directory);
  return {
    steps: [
      ...group.sources.map(source => sourceStep(source, group.frozen)),
      ...identitySteps(facts, identities),
      ...unresolvedSteps(facts),
      ...pathSteps(facts),
    ],
    missing: missingIn(facts, identities),
  };
}

function sourceStep({ dn, directory, mapping, state, reason, frozenBy }: GroupSource, frozen: boolean): Step {
  const ok = state === 'linked' && !frozen;
  const still = frozen ? `, frozen by ${frozenBy ?? 'an administrator'}: no run changes it` : '';
  const why = reason === null ? '' : ` (${reason})`;
  return {
    kind: 'directory',
    ok,
    text: `${directory}: "${dn}" by mapping ${mapping} is ${state}${why}${still}`,
  };
}

function identitySteps({ username, group }: MembershipFacts, identities: readonly Identity[]): Step[] {
  if (identities.length === 0) {
    const text = `${username} is not linked to an entry of directory ${group.directory}: no mapped group has named the user yet`;
    return [{ kind: 'identity', ok: false, text }];
  }
  return identities.map(({ directory, dn, matchedBy }) => {
    const how = matchedBy === 'created' ? 'created from it' : `matched by ${matchedBy}`;
    return { kind: 'identity', ok: true, text: `in ${directory}, ${username} is "${dn}" (${how})` };
  });
}

function unresolvedSteps({ unresolved }: MembershipFacts): Step[] {
  return unresolved.map(({ groupDn, member, reason }) => {
    const text = `"${groupDn}" names "${member}", which matches no local user: ${meaningOf(reason)} (${reason})`;
    return { kind: 'identity', ok: false, text };
  });
}

function pathSteps({ path }: MembershipFacts): Step[] {
  if (path === undefined) return [];
  if ('reason' in path)
    return [{ kind: 'directory', ok: false, text: `in the directory now: ${path.reason}` }];
  return [{ kind: 'directory', ok: true, text: `in the directory now: ${path.dns.join(' contains ')}` }];
}

function missingIn(facts: MembershipFacts, identities: readonly Identity[]): string[] {
  const { group, username, unresolved, path, shadow } = facts;
  const who = identities[0]?.dn ?? `an entry that matches ${username}`;
  const isNamed =
    unresolved.length > 0 || shadow?.change?.action === 'add' || (path !== undefined && 'dns' in path);
  return [
    ...stateOf(group),
    ...(facts.protected ? [`${username} no longer matches protect`] : []),
    ...(isNamed ? [] : [`"${who}" is a member of ${groupsOf(group)}, directly or through a nested group`]),
    ...unresolved.map(({ reason }) => `this is no longer true: ${meaningOf(reason)}`),
    'a run has read this: resync the group',
  ];
}

function groupsOf({ sources, directory }: GroupDetail): string {
  if (sources.length === 0) return `a group of directory ${directory ?? '(none)'}`;
  return sources.map(({ dn }) => `"${dn}"`).join(' or ');
}

function stateOf({ sources, frozen }: GroupDetail): string[] {
  const lost = sources
    .filter(({ state }) => state !== 'linked')
    .map(({ dn, state }) => `"${dn}" is no longer ${state}`);
  return [...lost, ...(frozen ? ['the group is no longer frozen'] : [])];
}
