/** Schemas of the audit (src/model/audit.ts). Unknown values are omitted. */
import { z } from 'zod';

const auditEntry = z
  .object({
    at: z.date(),
    kind: z.enum(['member', 'group']),
    action: z.string().meta({
      description: 'member: add, remove. group: create, rename, settings, delete, adopt, release …',
    }),
    actor: z
      .string()
      .optional()
      .meta({ description: 'The user or token that made the change, if no run did.' }),
    databaseRole: z.string().optional().meta({
      description: "The role that claimed the actor, if it is neither the actor nor Rollcall's own role.",
    }),
    runId: z.int().optional(),
    team: z.string(),
    group: z.string().meta({ description: 'The name at that time.' }),
    groupId: z.int(),
    username: z.string().optional(),
    previousName: z.string().optional(),
    directory: z.string().optional(),
    reason: z.string(),
  })
  .meta({ id: 'AuditEntry', description: 'One change of a group or a membership.' });

export const auditPage = z
  .object({ items: z.array(auditEntry).readonly(), next: z.string().nullable() })
  .meta({ id: 'AuditPage', description: 'Newest first. next: null on the last page.' });

const runMember = z
  .object({
    at: z.date().optional().meta({ description: 'Omitted for a dry run.' }),
    action: z.enum(['add', 'remove']),
    team: z.string(),
    group: z.string(),
    accessGroupId: z.int().optional().meta({ description: 'For approving only some groups.' }),
    username: z.string(),
    reason: z.string(),
    held: z.boolean().meta({ description: 'Whether the removal waits for approval.' }),
  })
  .meta({ id: 'RunMember', description: 'A member that a run added or removed, or would add or remove.' });

export const runMemberPage = z
  .object({ items: z.array(runMember).readonly(), next: z.string().nullable() })
  .meta({ id: 'RunMemberPage', description: 'Sorted by group. next: null on the last page.' });

const usernames = z.array(z.string()).readonly();
const named = { team: z.string(), name: z.string() };

export const reverting = z
  .object({
    reverts: z.int().min(1),
    directory: z.string(),
    digest: z.string().meta({ description: 'Identifies exactly this preview.' }),
    groups: z
      .array(
        z.object({
          accessGroupId: z.int(),
          ...named,
          add: usernames.meta({ description: 'Users who would be added back.' }),
          remove: usernames.meta({ description: 'Users who would be removed.' }),
          held: z.boolean().meta({ description: 'Whether the guard would hold the removals.' }),
        }),
      )
      .readonly(),
    skipped: z
      .array(z.object({ ...named, reason: z.string(), explanation: z.string() }))
      .readonly()
      .meta({ description: 'Groups that the revert skips, and what to do about it.' }),
    overtaken: z
      .int()
      .min(0)
      .meta({ description: 'Number of members that the revert skips because of a newer change.' }),
    heldBecause: z.array(z.string()).readonly(),
  })
  .meta({ id: 'Reverting', description: 'The effect of reverting a run.' });
