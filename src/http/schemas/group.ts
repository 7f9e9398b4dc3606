/** Schemas of AccessGroups (GroupSummary and GroupDetail of src/model/access.ts). */
import { z } from 'zod';
import { GROUP_STATES } from '../../model/group-state.ts';
import { nextCursor } from './inputs.ts';

const count = z.int().min(0);

export const groupState = z.enum(GROUP_STATES);

const level = {
  type: z.int().meta({ description: 'The access level: 0 owner, 25 admin, 50 user, 100 system agent.' }),
  access: z.string().meta({ description: 'The name of the access level.' }),
};

const summary = {
  id: z.int().min(1),
  team: z.string(),
  name: z.string(),
  ...level,
  managed: z.boolean().meta({ description: 'Whether a directory owns its name and members.' }),
  directory: z.string().nullable(),
  state: groupState.meta({
    description:
      'manual: no directory owns the group; frozen: by an operator, or in shadow and different; waiting: changes ' +
      'wait for a decision; missing: its directory group was not found; out_of_scope: it was found, but no mapping ' +
      'matches it; doubt: some members are in doubt; conflict: it cannot have the name that the mapping gives; ' +
      'behind: the last change was not read or written completely, or is being written.',
  }),
  frozen: z
    .boolean()
    .meta({ description: 'The sync does not change the group until an operator unfreezes it.' }),
  members: count,
  inDirectory: count.nullable().meta({
    description: 'How many of the members the directory has in the group. null: it is not known.',
  }),
  waiting: count.meta({ description: 'Removals that wait for a decision.' }),
  heldPlan: z.string().nullable().meta({ description: 'The digest of the held plan that has them.' }),
  projects: z.array(z.string()).readonly(),
  unresolved: count.meta({ description: 'Member values that do not match a usable local user.' }),
  doubts: count.meta({ description: 'Members in doubt, who stay.' }),
  lastError: z.string().nullable(),
  dateAdded: z.date(),
};

const groupSummary = z.object(summary).meta({ id: 'GroupSummary', description: 'An AccessGroup in a list.' });

const source = z.object({
  directory: z.string(),
  externalId: z.string(),
  dn: z.string(),
  name: z.string(),
  mapping: z.string(),
  state: z.enum(['linked', 'conflict', 'missing', 'out_of_scope', 'released']),
  reason: z.string().nullable(),
  missingSince: z.date().nullable(),
  appliedRun: z.int().nullable().meta({ description: 'The newest run that checked the members.' }),
  frozenBy: z.string().nullable(),
  frozenReason: z.string().nullable(),
  lastError: z.string().nullable(),
});

const shadow = z
  .object({ mapping: z.string(), add: count, remove: count, since: z.date() })
  .meta({ description: 'What a run would do if the mapping of the group were not in shadow.' });

export const groupDetail = z
  .object({ ...summary, sources: z.array(source).readonly(), shadow: shadow.nullable() })
  .meta({ id: 'Group', description: 'An AccessGroup with the directory groups behind it.' });

export const groupPageAnswer = pageOf(groupSummary, 'GroupList');

const groupMember = z
  .object({
    username: z.string(),
    fullName: z.string(),
    isActive: z.boolean(),
    since: z.date().nullable(),
    runId: z.int().nullable().meta({ description: 'The run that added the member.' }),
    reason: z.string().nullable(),
    actor: z.string().nullable().meta({ description: 'Who added the member, if no run did.' }),
  })
  .meta({ id: 'GroupMember' });

export const groupMembersAnswer = pageOf(groupMember, 'GroupMemberList');

const team = z
  .object({ slug: z.string(), name: z.string(), groups: count, members: count, projects: count })
  .meta({ id: 'Team' });

export const teamsAnswer = pageOf(team, 'TeamList');

const teamMember = z
  .object({
    username: z.string(),
    fullName: z.string(),
    isActive: z.boolean(),
    ...level,
    suspended: z.boolean().meta({ description: 'Has no access to the team, not even through groups.' }),
    dateAdded: z.date().nullable().meta({ description: 'null: the application does not record it.' }),
  })
  .meta({ id: 'TeamMember', description: 'A member of the team, with access to all its projects.' });

export const teamMembersAnswer = pageOf(teamMember, 'TeamMemberList');

const project = z
  .object({ slug: z.string(), name: z.string(), visible: z.boolean(), groups: count })
  .meta({ id: 'Project' });

export const projectsAnswer = pageOf(project, 'ProjectList');

/** The schema of a page: its items and the cursor of the next page. */
export function pageOf<Item extends z.ZodType>(item: Item, id: string) {
  return z
    .object({
      items: z.array(item).readonly(),
      next: nextCursor,
    })
    .meta({ id });
}
