/** The `mappings` of a directory: these groups become AccessGroups of this team. */
import * as z from 'zod';
import type { Checks } from './checks.ts';
import { isFixed, templateProblem } from './template.ts';
import { block, checked, flag, list, oneOf, text } from './values.ts';
import { dn, filter } from './values-ldap.ts';

/** `access_group.name` is varchar(64), and PostgreSQL counts code points. */
const NAME_LIMIT = 64;
const SLUG = /^[-\w]{1,50}$/;

/** One mapping. Owner access is refused here unless it is asked for twice (rules.ts). */
export function mappingSchema(checks: Checks) {
  return block({
    groups: block({
      filter: filter(checks)
        .optional()
        .describe('Only groups that also match this LDAP filter. Left out: every group of the directory.'),
      baseDn: dn(checks)
        .optional()
        .describe('Only groups below this DN. Left out: groups.baseDn of the directory.'),
    })
      .prefault({})
      .describe('Which directory groups. The first mapping that matches a group wins.'),
    team: checked('a team slug, or a template such as "{ou}"', teamProblem).describe(
      'Slug of the team, or a template over attributes of the group and parts of its DN: "{ou}", "{dn.ou}".',
    ),
    name: checked('a name, or a template such as "{cn}"', text => nameProblem(text, checks))
      .default('{cn}')
      .describe(
        'Name of the AccessGroup: a template over attributes of the group, or fixed text. {dn.ou} is the nearest ou of its DN, {dn.ou[1]} the next one up.',
      ),
    type: accessType()
      .default('user')
      .describe('Access level at creation: user (50), system (100) or owner (0, needs allowOwner: true).'),
    allowOwner: flag()
      .default(false)
      .describe(
        'Says a second time that the members of these groups become owners. Needed with type: owner.',
      ),
    projects: list(text('a project slug', SLUG), 'a list of project slugs')
      .default([])
      .describe('Slugs of the projects of the team that the AccessGroup gives access to, at creation.'),
    enforce: list(oneOf(['type', 'projects']), 'a list of: type, projects')
      .default([])
      .describe(
        'What to set again on every run. Everything else is set at creation and then left to the team.',
      ),
    createTeam: flag().default(false).describe('Create the team when there is none with this slug.'),
    merge: flag()
      .default(false)
      .describe('Several directory groups may feed one AccessGroup, which then holds all their members.'),
  });
}

function accessType() {
  const allowed = ['user', 'owner', 'system', 50, 0, 100] as const;
  return z.literal(allowed, { error: 'one of user, owner, system' });
}

function teamProblem(team: string): string | undefined {
  const problem = templateProblem(team);
  if (problem !== undefined || !isFixed(team) || SLUG.test(team)) return problem;
  return `is not a team slug ("${team}"): at most 50 letters, digits, "-" and "_"`;
}

function nameProblem(name: string, { normaliseName }: Checks): string | undefined {
  const problem = templateProblem(name);
  if (problem !== undefined || !isFixed(name)) return problem;
  const length = Array.from(normaliseName(name) ?? '').length;
  if (length === 0) return 'is not a name that people can read: it holds control characters or nothing else';
  return length > NAME_LIMIT
    ? `is ${length} characters long; the name of an AccessGroup has at most ${NAME_LIMIT}`
    : undefined;
}
