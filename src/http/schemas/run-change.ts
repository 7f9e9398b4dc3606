/** What a run changed, or would change. */
import { z } from 'zod';

const count = z.int().min(0);

const runChange = z
  .object({
    kind: z.enum(['create', 'rename', 'update', 'missing', 'retire', 'conflict', 'unknown', 'doubt']),
    accessGroupId: z.int().optional().meta({ description: 'Approving only some groups takes these.' }),
    dn: z
      .string()
      .optional()
      .meta({ description: 'Of the directory group; of several that are merged, the first.' }),
    team: z.string(),
    name: z.string(),
    previousName: z.string().optional(),
    outcome: z.enum([
      'pending',
      'applied',
      'unchanged',
      'superseded',
      'failed',
      'held',
      'rejected',
      'planned',
      'noted',
    ]),
    add: count,
    remove: count,
    added: count,
    removed: count,
    held: count,
    kept: count.meta({ description: 'Of a doubt: how many members stay because of it.' }),
    reason: z.string().optional(),
    error: z.string().optional(),
  })
  .meta({
    id: 'RunChange',
    description: 'One AccessGroup in one run: planned add / remove, done added / removed.',
  });

export const runChangePage = z
  .object({ changes: z.array(runChange).readonly(), nextCursor: z.string().optional() })
  .meta({ id: 'RunChangePage', description: 'Without nextCursor it is the last page.' });
