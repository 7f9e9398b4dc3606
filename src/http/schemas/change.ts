/** Schemas of membership changes (src/model/audit.ts). Unknown values are omitted. */
import { z } from 'zod';

const change = z
  .object({
    cursor: z.string().meta({ description: 'Identifies the change, and continues after it.' }),
    at: z.date().meta({ description: 'The beginning of the transaction; not in the order of the changes.' }),
    action: z.enum(['add', 'remove']),
    groupId: z.int(),
    team: z.string(),
    group: z.string().meta({ description: 'The name at that time, as with team and username.' }),
    userId: z.int(),
    username: z.string(),
    runId: z.int().optional(),
    actor: z.string().optional().meta({ description: 'The user or token, if no run made the change.' }),
    databaseRole: z.string().optional().meta({
      description: "The role that claimed the actor, if it is neither the actor nor Rollcall's own role.",
    }),
    directory: z.string().optional(),
    reason: z.string(),
  })
  .meta({ id: 'MembershipChange', description: 'A membership that was added or removed.' });

export const changePage = z
  .object({
    items: z.array(change).readonly(),
    next: z.string().meta({ description: 'Send it as after. Without items, the same position as before.' }),
  })
  .meta({ id: 'ChangePage', description: 'Changes in the order of their commits.' });
