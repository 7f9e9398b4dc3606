/** The schemas of `users`, `groups` and `guard` of a directory. */
import type { Checks } from './injected-checks.ts';
import { block, duration, flag, grace, integer, list, oneOf, percent, text } from './values.ts';
import { dn, filter } from './values-ldap.ts';

/** The schema of `users`. */
export function accountsSchema(checks: Checks) {
  return block({
    baseDn: dn(checks).describe('Search users below this DN.'),
    filter: filter(checks).default('(objectClass=inetOrgPerson)').describe('Which entries are users.'),
    username: attribute('uid').default('uid').describe('Attribute that contains the username.'),
    email: attribute('mail')
      .default('mail')
      .describe(
        'Attribute that contains the e-mail address. Read only to match by e-mail or to create users.',
      ),
    fullName: attribute('cn')
      .default('cn')
      .describe('Attribute that contains the full name. Read only to create users.'),
    includeDisabled: flag().default(false).describe('Whether disabled or expired accounts count as members.'),
    match: list(oneOf(['username', 'email']), 'a list of: username, email', 1)
      .default(['username'])
      .describe('How to match a directory user without a link to a local user, in this order.'),
    onUnknown: oneOf(['skip', 'create'])
      .default('skip')
      .describe('A directory user without a local user. skip: report the user; create: create a local user.'),
    firstLink: oneOf(['match', 'confirm'])
      .default('match')
      .describe(
        'A directory user who matches a local user for the first time. match: link the two; confirm: wait until an operator confirms the link.',
      ),
    outside: oneOf(['skip', 'lookup'])
      .default('skip')
      .describe(
        'Members whose DN is not below baseDn. skip: report them; lookup: read them by DN with the same filter.',
      ),
  });
}

/** The schema of `groups`. */
export function groupsSchema(checks: Checks) {
  return block({
    baseDn: dn(checks).describe('Search groups below this DN.'),
    filter: filter(checks)
      .default('(|(objectClass=groupOfNames)(objectClass=posixGroup))')
      .describe('Which entries are groups.'),
    name: attribute('cn').default('cn').describe('Attribute that contains the name of a group.'),
    members: list(attribute('member'), 'a list of attributes, such as [member]', 1)
      .default(['member', 'uniqueMember', 'memberUid'])
      .describe('Attributes that list members: DNs, or usernames for memberUid.'),
    nested: flag().default(true).describe('Members of nested groups count as members.'),
    primaryGroup: flag()
      .default(false)
      .describe(
        'Also count users as members of their primary group (primaryGroupID, gidNumber), which does not list them.',
      ),
    maxDepth: integer(1, 100).default(20).describe('Maximum depth of nested groups.'),
    include: names(1).default(['*']).describe('Names of the groups to map; * and ? are wildcards.'),
    exclude: names()
      .default([])
      .describe(
        'Names of groups not to map; * and ? are wildcards. Their members still count in groups that contain them.',
      ),
    dynamic: dynamicSchema(checks)
      .optional()
      .describe(
        'Which memberURLs of dynamic groups to follow. Default: none; the members of a group with a memberURL do not change.',
      ),
  });
}

/** Limits memberURLs: any editor of a group can write one, but the sync searches with its own, wider permissions. */
function dynamicSchema(checks: Checks) {
  return block({
    bases: list(dn(checks), 'a list of at least one DN', 1).describe(
      'Only URLs whose base is one of these DNs or below.',
    ),
    attributes: list(attribute('l'), 'a list of attributes, such as [l, ou]')
      .default([])
      .describe(
        'Only URLs whose filter uses these attributes and objectClass. Editors of groups can learn the values of these attributes.',
      ),
  });
}

/** The schema of `guard`. A limit applies only if both of its numbers are exceeded. */
export function guardSchema() {
  return block({
    memberRemovals: limit(10, 25).describe('Limit for managed memberships of the directory, per run.'),
    groupMemberRemovals: limit(50, 10).describe('Limit for the members of one group.'),
    groupRemovals: limit(10, 5).describe('Limit for managed groups of the directory, per run.'),
    grace: grace()
      .default('2 reads')
      .describe(
        'When a missing entry loses its memberships: after two complete reads without it, and not before this time.',
      ),
    doubtAlarm: duration(0).default('24h').describe('Age at which a doubt about a member raises an alarm.'),
    window: duration(0)
      .default('1h')
      .describe(
        'Removals of earlier runs within this time count towards the limits of a run, unless an operator approved them. 0s: each run counts separately.',
      ),
  });
}

function limit(percentage: number, count: number) {
  return block({
    percent: percent().default(percentage).describe('Percentage that a run can remove without approval.'),
    count: integer(0, 1_000_000_000)
      .default(count)
      .describe('Number that a run can remove without approval.'),
  }).prefault({});
}

function names(min = 0) {
  return list(text('a name; * and ? are wildcards'), 'a list of names', min);
}

function attribute(example: string) {
  return text(`the name of an attribute, such as ${example}`, /^[A-Za-z][A-Za-z0-9-]*$/);
}
