/** Schemas of directory groups, unresolved members and adoption previews (src/model/ownership.ts). */
import { z } from 'zod';
import { pageOf } from './group.ts';
import { changeKind } from './run-change.ts';

const count = z.int().min(0);
const usernames = z.array(z.string()).readonly();
const wayOut = z.string().meta({ description: 'What an operator can do; empty if no action is needed.' });

export const adoption = z
  .object({
    digest: z.string().meta({ description: 'Identifies exactly this preview; required to adopt.' }),
    accessGroupId: z.int().min(1),
    team: z.string(),
    name: z.string(),
    directory: z.string(),
    dn: z.string(),
    newName: z.string().optional().meta({ description: 'The new name from the mapping.' }),
    add: usernames.meta({ description: 'Users who would be added.' }),
    remove: usernames.meta({ description: 'Users who would be removed.' }),
    held: z
      .array(z.string())
      .readonly()
      .meta({ description: 'Limits that the removals would exceed; the removals would be held.' }),
  })
  .meta({ id: 'Adoption', description: 'The effect of adopting the group.' });

export const listedState = z.enum(['linked', 'conflict', 'missing', 'out_of_scope', 'released']);

const directoryGroup = z
  .object({
    externalId: z.string(),
    dn: z.string(),
    name: z.string(),
    mapping: z.string(),
    state: listedState,
    reason: z.string().nullable(),
    explanation: z.string(),
    wayOut,
    accessGroupId: z.int().nullable(),
    team: z.string().nullable(),
    groupName: z.string().nullable(),
    frozen: z.boolean(),
    unresolved: count,
    lastError: z.string().nullable(),
  })
  .meta({ id: 'DirectoryGroup', description: 'A group of a directory and its state in rollcall.' });

export const directoryGroupsAnswer = pageOf(directoryGroup, 'DirectoryGroupList');

const unresolvedMember = z
  .object({
    groupDn: z.string(),
    groupName: z.string(),
    member: z.string(),
    reason: z.string(),
    wayOut,
    since: z.date(),
  })
  .meta({ id: 'UnresolvedMember', description: 'A member value that does not match a usable local user.' });

export const unresolvedAnswer = pageOf(unresolvedMember, 'UnresolvedMemberList');

const shadowGroup = z
  .object({
    mapping: z.string().meta({ description: 'The mapping in shadow, as `team/name`.' }),
    kind: changeKind,
    dn: z
      .string()
      .meta({ description: 'DN of the directory group, or of the first one if several are merged.' }),
    accessGroupId: z.int().nullable(),
    team: z.string(),
    name: z.string(),
    previousName: z.string().nullable(),
    add: count,
    remove: count,
    held: count.meta({ description: 'Removals that the guard would hold.' }),
    reason: z.string().nullable(),
    explanation: z.string().nullable(),
    since: z.date().meta({ description: 'When a run first found that the group differs.' }),
    runId: z.int().meta({ description: 'That run.' }),
  })
  .meta({
    id: 'ShadowGroup',
    description: 'What a run would do to a group if its mapping were not in shadow.',
  });

export const shadowAnswer = pageOf(shadowGroup, 'ShadowGroupList');

const shadowMember = z
  .object({
    team: z.string(),
    group: z.string(),
    accessGroupId: z.int().nullable(),
    mapping: z.string(),
    username: z.string(),
    action: z.enum(['add', 'remove']),
    reason: z.string(),
    isNew: z.boolean().meta({ description: 'The local user does not exist yet.' }),
    since: z.date().meta({ description: 'When a run first found that the group differs.' }),
  })
  .meta({ id: 'ShadowMember', description: 'A user who would be added to a group in shadow, or removed.' });

export const shadowMembersAnswer = pageOf(shadowMember, 'ShadowMemberList');

export const shadowStatus = z
  .object({ groups: count, add: count, remove: count, held: count, since: z.date().optional() })
  .meta({
    description:
      'What the last run would have changed in groups in shadow. `since`: the oldest of these differences. Omitted: no mapping is in shadow.',
  });

export const abandoned = z.object({
  name: z.string(),
  lastSuccessAt: z.date().optional(),
  groups: count.meta({ description: 'AccessGroups that are no longer synced.' }),
  memberships: count,
});
