/** The part of an explanation that is about directory groups: who is meant, how they are found, what keeps them out. */
import type { GroupDetail, GroupSource, Identity, Step } from '../../model/access.ts';
import type { MembershipFacts } from '../../model/explanation.ts';

/** What the codes of unresolved members mean, and what would end them. */
const REASONS: Readonly<Record<string, string>> = {
  dangling_dn: 'the entry that the member value names is not in the directory',
  out_of_scope: 'the entry lies outside users.baseDn',
  not_a_user: 'the entry does not match users.filter',
  ambiguous_user: 'several users could be meant',
  no_directory_user: 'no directory user has that name',
  no_local_user: 'no local user matches that directory user',
  undecodable: 'the member value cannot be read',
  source_id_missing: 'the entry shows no identity attribute',
  duplicate_id: 'two entries share an identity',
  account_unread: 'the server does not say whether the account is disabled',
  username_missing: 'the entry has no username',
  username_too_long: 'the username is longer than 30 characters',
  username_invalid: 'the username holds characters that no username takes',
  username_taken: 'a local user has that username, or one that looks the same',
  email_invalid: 'the address holds characters that are not seen',
  email_too_long: 'the address is longer than 254 characters',
  full_name_invalid: 'the full name holds characters that are not seen',
  full_name_too_long: 'the full name is longer than 255 characters',
  whole_read_needed: 'only some groups were read, and another entry may claim the same local user',
};

/** Steps and, for people who are not in the group, what would have to be true in the directory. */
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
  const still = frozen ? `, frozen by ${frozenBy ?? 'somebody'}: no run changes it` : '';
  const why = reason === null ? '' : ` (${reason})`;
  return {
    kind: 'directory',
    ok,
    text: `${directory}: "${dn}" by mapping ${mapping} is ${state}${why}${still}`,
  };
}

function identitySteps({ username, group }: MembershipFacts, identities: readonly Identity[]): Step[] {
  if (identities.length === 0) {
    const text = `${username} is linked to no entry of directory ${group.directory}: no mapped group names them yet`;
    return [{ kind: 'identity', ok: false, text }];
  }
  return identities.map(({ directory, dn, matchedBy }) => {
    const how = matchedBy === 'created' ? 'created from it' : `matched by ${matchedBy}`;
    return { kind: 'identity', ok: true, text: `in ${directory}, ${username} is "${dn}" (${how})` };
  });
}

function unresolvedSteps({ unresolved }: MembershipFacts): Step[] {
  return unresolved.map(({ groupDn, member, reason }) => {
    const text = `"${groupDn}" names "${member}", which leads to nobody: ${REASONS[reason] ?? reason} (${reason})`;
    return { kind: 'identity', ok: false, text };
  });
}

function pathSteps({ path }: MembershipFacts): Step[] {
  if (path === undefined) return [];
  if ('reason' in path)
    return [{ kind: 'directory', ok: false, text: `the directory says now: ${path.reason}` }];
  return [{ kind: 'directory', ok: true, text: `the directory says now: ${path.dns.join(' contains ')}` }];
}

function missingIn(facts: MembershipFacts, identities: readonly Identity[]): string[] {
  const { group, username, unresolved, path } = facts;
  const who = identities[0]?.dn ?? `an entry that matches ${username}`;
  const isNamed = unresolved.length > 0 || (path !== undefined && 'dns' in path);
  return [
    ...stateOf(group),
    ...(facts.protected ? [`${username} no longer matches protect`] : []),
    ...(isNamed ? [] : [`"${who}" is a member of ${groupsOf(group)}, itself or through a nested group`]),
    ...unresolved.map(({ reason }) => `this no longer holds: ${REASONS[reason] ?? reason}`),
    'a run reads that: resync the group',
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
