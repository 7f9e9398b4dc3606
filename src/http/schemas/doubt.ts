/** Schemas of members in doubt (src/model/doubt.ts). */
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
  'value_unread',
  'username_unread',
  'primary_group_unread',
  'changed_during_read',
  'other_server',
]);

export const doubtDecision = z
  .enum(['keep', 'remove'])
  .meta({ description: 'keep: the member stays; remove: the next run removes the member.' });

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
    .meta({ description: 'The values and DNs that the doubt is based on, as the directory spells them.' }),
  since: z.date(),
  runId: z.int().meta({ description: 'The run that found the doubt or its current facts.' }),
  decision: doubtDecision.nullable(),
  decidedBy: z.string().nullable(),
  decidedReason: z.string().nullable(),
  decidedAt: z.date().nullable(),
};

const doubt = z
  .object({
    ...listed,
    explanation: z.string(),
    wayOut: z.string().meta({ description: 'How to resolve the doubt.' }),
    endsByReading: z.boolean().meta({ description: 'The next complete read resolves the doubt.' }),
  })
  .meta({
    id: 'Doubt',
    description: 'A member who stays because the directory does not prove that they left.',
  });

export const doubtsAnswer = pageOf(doubt, 'DoubtList');

/** The doubts of one directory in its status. */
export const doubtCounts = z
  .object({
    total: count,
    undecided: count,
    oldestSince: z.date().optional().meta({ description: 'Start of the oldest undecided doubt.' }),
    byKind: z.partialRecord(doubtKind, count),
    first: z.array(z.object(listed)).readonly(),
  })
  .meta({ description: 'Members in doubt. `first`: the ten oldest.' });
