/** Members in doubt as the API shows them: src/model-doubt.ts. */
import { z } from 'zod';
import { pageOf } from './group.ts';

export const doubtKind = z.enum([
  'ambiguous_user',
  'source_id_missing',
  'duplicate_id',
  'entry_absent',
  'elsewhere',
  'unreadable',
  'undecodable',
  'out_of_scope',
  'username_unread',
  'primary_group_unread',
  'changed_during_read',
]);

export const doubtDecision = z
  .enum(['keep', 'remove'])
  .meta({ description: 'keep: the member stays; remove: the next run takes the member out.' });

const count = z.int().min(0);

const listed = {
  directory: z.string(),
  accessGroupId: z.int().min(1),
  team: z.string(),
  group: z.string(),
  username: z.string(),
  kind: doubtKind,
  dns: z
    .array(z.string())
    .readonly()
    .meta({ description: 'What it rests on: values and DNs, as the directory spells them.' }),
  since: z.date(),
  runId: z
    .int()
    .meta({ description: 'The run that found it, or found last that it rests on something else.' }),
  decision: doubtDecision.nullable(),
  decidedBy: z.string().nullable(),
  decidedReason: z.string().nullable(),
  decidedAt: z.date().nullable(),
};

const doubt = z
  .object({
    ...listed,
    explanation: z.string(),
    wayOut: z.string().meta({ description: 'What ends it.' }),
    endsByReading: z.boolean().meta({ description: 'The next complete read ends it, one way or the other.' }),
  })
  .meta({ id: 'Doubt', description: 'A member who stays because it is not known that they are out.' });

export const doubtsAnswer = pageOf(doubt, 'DoubtList');

/** Of one directory, in its status. */
export const doubtCounts = z
  .object({
    total: count,
    undecided: count,
    oldestSince: z.date().optional().meta({ description: 'Of those that are undecided.' }),
    byKind: z.partialRecord(doubtKind, count),
    first: z.array(z.object(listed)).readonly(),
  })
  .meta({ description: 'Members in doubt; the ten that wait longest in full.' });
