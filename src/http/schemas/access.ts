/** Schemas of users, their access, and explanations. */
import { z } from 'zod';
import { pageOf } from './group.ts';

const user = z
  .object({
    username: z.string(),
    fullName: z.string(),
    email: z.string(),
    isActive: z.boolean(),
    isSuperuser: z.boolean(),
  })
  .meta({ id: 'User' });

export const usersAnswer = pageOf(user, 'UserList');

const level = { type: z.int(), access: z.string() };

const grant = z
  .object({
    kind: z.enum(['superuser', 'team', 'group']),
    ...level,
    group: z.string().nullable(),
    groupId: z.int().nullable(),
  })
  .meta({ id: 'Grant', description: 'One source of access.' });

const via = z
  .array(grant)
  .readonly()
  .meta({ description: 'All sources of access, the effective one first.' });

const userAccess = z
  .object({ team: z.string(), project: z.string(), ...level, via })
  .meta({ id: 'UserAccess' });

const membership = z
  .object({
    kind: z.enum(['superuser', 'team', 'group']),
    team: z.string().nullable(),
    group: z.string().nullable(),
    groupId: z.int().nullable(),
    directory: z.string().nullable().meta({ description: 'The directory that owns the group, or null.' }),
    suspended: z.boolean().meta({
      description: 'The account is inactive, or the user is suspended in the team: no access at present.',
    }),
    since: z.date().nullable(),
  })
  .meta({ id: 'Membership', description: 'A team or AccessGroup of a user, also without a project.' });

export const membershipsAnswer = pageOf(membership, 'MembershipList');

export const userAccessAnswer = pageOf(userAccess, 'UserAccessList');

const projectAccess = z
  .object({ username: z.string(), fullName: z.string(), ...level, via })
  .meta({ id: 'ProjectAccess' });

export const projectAccessAnswer = pageOf(projectAccess, 'ProjectAccessList');

const step = z.object({
  kind: z.enum([
    'user',
    'team',
    'group',
    'directory',
    'identity',
    'policy',
    'membership',
    'doubt',
    'project',
    'access',
  ]),
  ok: z.boolean().meta({ description: 'Whether this step permits the access.' }),
  text: z.string(),
});

export const explanation = z
  .object({
    answer: z.boolean(),
    steps: z.array(step).readonly(),
    since: z.date().nullable(),
    runId: z.int().nullable(),
    missing: z.array(z.string()).readonly().meta({ description: 'What is missing for the answer yes.' }),
  })
  .meta({ id: 'Explanation' });
