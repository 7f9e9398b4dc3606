/** Schemas of users, their access, explanations, and the search. */
import { z } from 'zod';
import { RUN_STATUSES } from '../../model/run-status.ts';
import { pageOf } from './group.ts';

const person = {
  username: z.string(),
  fullName: z.string(),
  email: z.string(),
  isActive: z.boolean(),
  isSuperuser: z.boolean(),
};

const user = z.object(person).meta({ id: 'User' });

export const usersAnswer = pageOf(user, 'UserList');

export const userAnswer = z
  .object({
    ...person,
    entries: z
      .array(
        z.object({
          directory: z.string(),
          dn: z.string(),
          username: z.string().nullable(),
          matchedBy: z.string().meta({ description: 'username or email; created: a run created the user.' }),
        }),
      )
      .readonly()
      .meta({ description: 'The linked entry in each directory.' }),
    held: z
      .array(z.object({ groupId: z.int(), team: z.string(), group: z.string(), plan: z.string() }))
      .readonly()
      .meta({ description: 'Removals that wait for a decision, each with the digest of its held plan.' }),
  })
  .meta({ id: 'UserDetail' });

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

export const linkState = z.enum(['linked', 'waiting', 'refused']);

const link = z
  .object({
    username: z.string(),
    fullName: z.string(),
    directory: z.string(),
    state: linkState.meta({
      description:
        'waiting: an operator has to confirm that both are the same person; refused: an operator refused or removed it.',
    }),
    entry: z.string().meta({ description: 'The identity of the entry.' }),
    dn: z.string(),
    entryUsername: z.string().nullable().meta({ description: 'The username of the entry in the last read.' }),
    matchedBy: z.enum(['username', 'email', 'created']),
    runId: z.int(),
    since: z.date().nullable().meta({ description: 'Since when it waits, or when it was refused.' }),
    decidedBy: z.string().nullable(),
    decidedReason: z.string().nullable(),
  })
  .meta({ id: 'Link', description: 'A directory entry and the user who it is, or may be.' });

export const linksAnswer = pageOf(link, 'LinkList');

export const decidedLink = z
  .object({
    username: z.string(),
    directory: z.string(),
    runId: z
      .int()
      .nullable()
      .meta({ description: 'The queued run that applies it. null: the directory is not configured.' }),
  })
  .meta({ id: 'DecidedLink' });

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

const FOUND = {
  person: z.object({
    kind: z.literal('person'),
    username: z.string(),
    fullName: z.string(),
    email: z.string(),
    isActive: z.boolean(),
  }),
  group: z.object({
    kind: z.literal('group'),
    id: z.int(),
    team: z.string(),
    name: z.string(),
    directory: z.string().nullable(),
    dn: z.string().nullable().meta({ description: 'A directory group behind it.' }),
  }),
  entry: z
    .object({
      kind: z.literal('entry'),
      directory: z.string(),
      dn: z.string(),
      reason: z.string().nullable(),
      groupId: z.int().nullable(),
      group: z.string().nullable(),
    })
    .meta({
      description:
        'A directory group in conflict, or a member value that leads to no local user, with an AccessGroup it is in.',
    }),
  team: z.object({ kind: z.literal('team'), slug: z.string(), name: z.string() }),
  project: z.object({ kind: z.literal('project'), team: z.string(), slug: z.string(), name: z.string() }),
  run: z.object({
    kind: z.literal('run'),
    id: z.int(),
    directory: z.string(),
    status: z.enum(RUN_STATUSES),
  }),
};

export const searchAnswer = z
  .object({
    items: z.array(z.union(Object.values(FOUND))).readonly(),
    next: z.null().meta({ description: 'Always null: a search has one page.' }),
    incomplete: z
      .array(z.enum(['person', 'group', 'entry', 'team', 'project', 'run']))
      .readonly()
      .meta({
        description:
          'Kinds with more results: they exceed the limit, or the search for them took more than a second.',
      }),
  })
  .meta({ id: 'SearchResults', description: 'By kind, and in each kind the best match first.' });
