/** The blocks `users`, `groups` and `guard` of a directory. */
import type { Checks } from './checks.ts';
import { block, duration, flag, grace, integer, list, oneOf, percent, text } from './values.ts';
import { dn, filter } from './values-ldap.ts';

/** `users`. */
export function accountsSchema(checks: Checks) {
  return block({
    baseDn: dn(checks).describe('People are searched below this DN.'),
    filter: filter(checks).default('(objectClass=inetOrgPerson)').describe('Which entries are people.'),
    username: attribute('uid').default('uid').describe('Attribute with the username.'),
    email: attribute('mail')
      .default('mail')
      .describe('Attribute with the e-mail address. Asked for only to match by it, or to create users.'),
    fullName: attribute('cn')
      .default('cn')
      .describe('Attribute with the full name. Asked for only to create users.'),
    includeDisabled: flag()
      .default(false)
      .describe('Whether accounts that are disabled or expired in the directory count as members.'),
    match: list(oneOf(['username', 'email']), 'a list of: username, email', 1)
      .default(['username'])
      .describe('How a directory user without a link finds the local user, in this order.'),
    onUnknown: oneOf(['skip', 'create'])
      .default('skip')
      .describe('Somebody without a local user: skip (and report) or create one.'),
    outside: oneOf(['skip', 'lookup'])
      .default('skip')
      .describe(
        'Members whose DN is not below baseDn: skip (and report), or lookup: read them by DN, with the same filter.',
      ),
  });
}

/** `groups`. */
export function groupsSchema(checks: Checks) {
  return block({
    baseDn: dn(checks).describe('Groups are searched below this DN.'),
    filter: filter(checks)
      .default('(|(objectClass=groupOfNames)(objectClass=posixGroup))')
      .describe('Which entries are groups.'),
    name: attribute('cn').default('cn').describe('Attribute that names a group.'),
    members: list(attribute('member'), 'a list of attributes, such as [member]', 1)
      .default(['member', 'uniqueMember', 'memberUid'])
      .describe('Attributes that list members: DNs, or usernames in memberUid.'),
    nested: flag().default(true).describe('Members of a group inside a group are members.'),
    primaryGroup: flag()
      .default(false)
      .describe(
        'Also count the primary group of a person (primaryGroupID, gidNumber), which lists no members.',
      ),
    maxDepth: integer(1, 100).default(20).describe('How deep groups may be nested.'),
    include: names(1).default(['*']).describe('Names of the groups to map, with * and ?.'),
    exclude: names()
      .default([])
      .describe('Names of groups not to map, with * and ?. Nested in others, they count all the same.'),
    dynamic: dynamicSchema(checks)
      .optional()
      .describe(
        'Which memberURLs of dynamic groups are followed. Left out: none, and a group that has one is left as it is.',
      ),
  });
}

/** Who may edit a group writes its memberURL, but the sync searches with its own rights. */
function dynamicSchema(checks: Checks) {
  return block({
    bases: list(dn(checks), 'a list of at least one DN', 1).describe(
      'Only URLs with a base at or below these DNs.',
    ),
    attributes: list(attribute('l'), 'a list of attributes, such as [l, ou]')
      .default([])
      .describe(
        'Only URLs with filters over these attributes and objectClass. Those who edit groups can learn their values.',
      ),
  });
}

/** `guard`: both numbers of a limit must be exceeded. */
export function guardSchema() {
  return block({
    memberRemovals: limit(10, 25).describe("Of the directory's managed memberships, per run."),
    groupMemberRemovals: limit(50, 10).describe('Of the members of one group.'),
    groupRemovals: limit(10, 5).describe("Of the directory's managed groups, per run."),
    grace: grace()
      .default('2 reads')
      .describe(
        'What takes the memberships of an entry that is not there any more: two complete reads, and no less than this time.',
      ),
    doubtAlarm: duration(0)
      .default('24h')
      .describe('How old a doubt about a member gets before it raises an alarm.'),
    window: duration(0)
      .default('1h')
      .describe(
        'What earlier runs removed within this time, and nobody approved, counts together with what a run would remove; 0s: each run by itself.',
      ),
  });
}

function limit(percentage: number, count: number) {
  return block({
    percent: percent().default(percentage).describe('Share in percent that may go without asking.'),
    count: integer(0, 1_000_000_000).default(count).describe('Number that may go without asking.'),
  }).prefault({});
}

function names(min = 0) {
  return list(text('a name; * and ? stand for other characters'), 'a list of names', min);
}

function attribute(example: string) {
  return text(`the name of an attribute, such as ${example}`, /^[A-Za-z][A-Za-z0-9-]*$/);
}
