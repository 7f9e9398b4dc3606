/** Schemas of the changes of a run. */
import { z } from 'zod';
import { GROUP_OUTCOMES } from '../../model/run-status.ts';

const count = z.int().min(0);

const runChange = z
  .object({
    kind: z.enum(['create', 'rename', 'update', 'missing', 'retire', 'conflict', 'unknown', 'doubt']),
    accessGroupId: z.int().optional().meta({ description: 'For approving only some groups.' }),
    dn: z
      .string()
      .optional()
      .meta({ description: 'DN of the directory group, or of the first one if several are merged.' }),
    team: z.string(),
    name: z.string(),
    previousName: z.string().optional(),
    outcome: z.enum(GROUP_OUTCOMES),
    add: count,
    remove: count,
    added: count,
    removed: count,
    held: count,
    kept: count.meta({ description: 'Number of members who stay because of a doubt.' }),
    reason: z.string().optional(),
    error: z.string().optional(),
  })
  .meta({
    id: 'RunChange',
    description: 'One AccessGroup in one run. Planned: add, remove. Applied: added, removed.',
  });

export const runChangePage = z
  .object({ changes: z.array(runChange).readonly(), nextCursor: z.string().optional() })
  .meta({ id: 'RunChangePage', description: 'The last page has no nextCursor.' });
