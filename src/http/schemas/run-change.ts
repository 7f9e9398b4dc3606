/** Schemas of the changes of a run. */
import { z } from 'zod';
import { GROUP_OUTCOMES } from '../../model/run-status.ts';
import { nextCursor } from './inputs.ts';

const count = z.int().min(0);

export const changeKind = z.enum([
  'create',
  'rename',
  'update',
  'missing',
  'retire',
  'conflict',
  'unknown',
  'doubt',
]);

const runChange = z
  .object({
    kind: changeKind,
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

const changes = z.array(runChange).readonly();

export const runChangePage = z
  .object({
    items: changes,
    next: nextCursor,
    changes: changes.meta({ deprecated: true, description: 'The same as items, until the next release.' }),
    nextCursor: z
      .string()
      .optional()
      .meta({ deprecated: true, description: 'next; omitted on the last page.' }),
  })
  .meta({ id: 'RunChangePage' });
