/** The schema of `mappings`: which directory groups become AccessGroups of which team. */
import * as z from 'zod';
import { isFixed, templateProblem } from '../../mapping/template-problem.ts';
import type { Checks } from './injected-checks.ts';
import { block, checked, flag, list, oneOf, text } from './values.ts';
import { dn, filter } from './values-ldap.ts';

/** The column `access_group.name` is varchar(64). PostgreSQL counts code points. */
const NAME_LIMIT = 64;
const SLUG = /^[-\w]{1,50}$/;

/** The schema of one mapping. rules.ts refuses type owner without allowOwner. */
export function mappingSchema(checks: Checks) {
  return block({
    groups: block({
      filter: filter(checks)
        .optional()
        .describe('Only groups that also match this LDAP filter. Default: all groups of the directory.'),
      baseDn: dn(checks)
        .optional()
        .describe('Only groups below this DN. Default: groups.baseDn of the directory.'),
    })
      .prefault({})
      .describe('Which directory groups to map. The first matching mapping applies.'),
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
      .describe('Confirms that the members of these groups become owners. Required with type: owner.'),
    projects: list(text('a project slug', SLUG), 'a list of project slugs')
      .default([])
      .describe('Slugs of the projects of the team to assign to the AccessGroup at creation.'),
    enforce: list(oneOf(['type', 'projects']), 'a list of: type, projects')
      .default([])
      .describe(
        'What every run resets to the mapping. Everything else is set at creation only; the team can change it.',
      ),
    createTeam: flag().default(false).describe('Create the team if it does not exist.'),
    merge: flag()
      .default(false)
      .describe(
        'Allow several directory groups to map to one AccessGroup, which then has the members of all of them.',
      ),
    shadow: flag()
      .default(false)
      .describe(
        'Plan the groups of this mapping in every run, and leave their AccessGroups and members as they are.',
      ),
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
  if (length === 0) return 'is not a valid name: it contains control characters or no printable character';
  return length > NAME_LIMIT
    ? `is ${length} characters long; the name of an AccessGroup has at most ${NAME_LIMIT}`
    : undefined;
}
