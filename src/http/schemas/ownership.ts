/** Directory groups, unresolved members and previews as the API shows them: src/model-ownership.ts. */
import { z } from 'zod';
import { pageOf } from './group.ts';

const count = z.int().min(0);
const usernames = z.array(z.string()).readonly();
const wayOut = z
  .string()
  .meta({ description: 'What a person can do about it; empty where nothing is needed.' });

export const adoption = z
  .object({
    digest: z.string().meta({ description: 'Names exactly this; adopting takes it.' }),
    accessGroupId: z.int().min(1),
    team: z.string(),
    name: z.string(),
    directory: z.string(),
    dn: z.string(),
    newName: z.string().optional().meta({ description: 'What the mapping will call it.' }),
    add: usernames.meta({ description: 'Who would come.' }),
    remove: usernames.meta({ description: 'Who would go.' }),
    held: z
      .array(z.string())
      .readonly()
      .meta({ description: 'Limits of the guard that the removals would trip: they would wait.' }),
  })
  .meta({ id: 'Adoption', description: 'What adopting would do.' });

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
  .meta({ id: 'DirectoryGroup', description: 'A group of a directory, as it stands here.' });

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
  .meta({ id: 'UnresolvedMember', description: 'A member value that leads to no usable local user.' });

export const unresolvedAnswer = pageOf(unresolvedMember, 'UnresolvedMemberList');
