/** Schemas of directory groups, unresolved members and adoption previews (src/model/ownership.ts). */
import { z } from 'zod';
import { pageOf } from './group.ts';

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
