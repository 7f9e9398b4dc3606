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
