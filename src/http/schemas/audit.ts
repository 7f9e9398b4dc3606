/** The audit as the API shows it: src/model-audit.ts; what is not known is left out. */
import { z } from 'zod';

const auditEntry = z
  .object({
    at: z.date(),
    kind: z.enum(['member', 'group']),
    action: z.string().meta({
      description: 'member: add, remove. group: create, rename, settings, delete, adopt, release …',
    }),
    actor: z.string().optional().meta({ description: 'Who did it, where a person did.' }),
    runId: z.int().optional(),
    team: z.string(),
    group: z.string().meta({ description: 'Names are those of the time.' }),
    groupId: z.int(),
    username: z.string().optional(),
    previousName: z.string().optional(),
    directory: z.string().optional(),
    reason: z.string(),
  })
  .meta({ id: 'AuditEntry', description: 'One change of a group or of who is in it.' });

export const auditPage = z
  .object({ items: z.array(auditEntry).readonly(), next: z.string().nullable() })
  .meta({ id: 'AuditPage', description: 'Newest first. next: null on the last page.' });

const runMember = z
  .object({
    at: z.date().optional().meta({ description: 'Left out: a dry run.' }),
    action: z.enum(['add', 'remove']),
    team: z.string(),
    group: z.string(),
    accessGroupId: z.int().optional().meta({ description: 'Approving only some groups takes these.' }),
    username: z.string(),
    reason: z.string(),
    held: z.boolean().meta({ description: 'The removal waits for a person.' }),
  })
  .meta({ id: 'RunMember', description: 'A member whom a run added or removed, or would.' });

export const runMemberPage = z
  .object({ items: z.array(runMember).readonly(), next: z.string().nullable() })
  .meta({ id: 'RunMemberPage', description: 'By group. next: null on the last page.' });

const usernames = z.array(z.string()).readonly();
const named = { team: z.string(), name: z.string() };

export const reverting = z
  .object({
    reverts: z.int().min(1),
    directory: z.string(),
    digest: z.string().meta({ description: 'Names exactly this.' }),
    groups: z
      .array(
        z.object({
          accessGroupId: z.int(),
          ...named,
          add: usernames.meta({ description: 'Who would come back.' }),
          remove: usernames.meta({ description: 'Who would go.' }),
          held: z.boolean().meta({ description: 'The guard would hold the removals.' }),
        }),
      )
      .readonly(),
    skipped: z
      .array(z.object({ ...named, reason: z.string(), explanation: z.string() }))
      .readonly()
      .meta({ description: 'Groups that are left alone, and the way out.' }),
    overtaken: z
      .int()
      .min(0)
      .meta({ description: 'Members about whom something newer was decided: left out.' }),
    heldBecause: z.array(z.string()).readonly(),
  })
  .meta({ id: 'Reverting', description: 'What taking a run back would do.' });
