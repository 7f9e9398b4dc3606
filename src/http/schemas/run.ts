/** Runs as the API shows them: src/run.ts with dates as ISO 8601 strings; what is not known is left out. */
import { z } from 'zod';
import { RUN_STATUSES } from '../../run-status.ts';

const count = z.int().min(0);

const readCounts = z.object({
  queries: count,
  entries: count,
  users: count,
  groups: count,
  memberValues: count,
  references: count,
  bytes: count.optional(),
});

const planCounts = z.object({
  create: count,
  rename: count,
  update: count,
  unchanged: count,
  missing: count,
  retire: count,
  conflict: count,
  unknown: count,
  doubts: count
    .optional()
    .meta({ description: 'Memberships that stay because it is not known whether they should.' }),
  frozen: count.optional(),
  outOfScope: count,
  add: count,
  remove: count,
  unresolved: count,
  members: count.optional().meta({ description: 'Members of the directory groups, unresolved included.' }),
  reasons: z
    .record(z.string(), count)
    .optional()
    .meta({ description: 'Of unresolved, how many by their reason.' }),
  people: count.optional().meta({
    description: 'Different people among those who would be added; the application may write to them.',
  }),
});

const counts = z
  .object({
    read: readCounts.optional(),
    plan: planCounts.optional(),
    tasks: z.object({ total: count, done: count }).optional(),
    applied: z.object({ groups: count, added: count, removed: count, failed: count }).optional(),
    held: z
      .object({
        groups: count,
        removals: count,
        reasons: z.array(z.string()).readonly(),
        codes: z
          .array(z.string())
          .readonly()
          .optional()
          .meta({ description: 'Which limits tripped, as stable codes.' }),
        digest: z
          .string()
          .optional()
          .meta({ description: 'Names exactly these removals; approving takes it. None: there are none.' }),
      })
      .optional()
      .meta({ description: 'Removals that the guard stopped; they wait for a person.' }),
    unchanged: z
      .boolean()
      .optional()
      .meta({ description: 'The directory had not changed, so it was not read.' }),
  })
  .meta({ description: 'Each stage of a run adds its own.' });

export const runStatus = z.enum(RUN_STATUSES);

export const runMode = z
  .enum(['apply', 'plan'])
  .meta({ description: 'plan: a dry run that writes nothing.' });

export const run = z
  .object({
    id: z.int().min(1),
    directory: z.string(),
    trigger: z.enum(['schedule', 'manual']),
    requestedBy: z.string().optional(),
    mode: runMode,
    group: z.string().optional().meta({ description: 'DN or name, where only one group is resynced.' }),
    status: runStatus,
    counts,
    errorCode: z.string().optional(),
    errorMessage: z.string().optional(),
    approves: z.int().optional().meta({ description: 'The held run whose removals were approved.' }),
    approvedGroups: z
      .array(z.int())
      .readonly()
      .optional()
      .meta({ description: 'Ids of the AccessGroups that were approved. Left out: all that the run held.' }),
    reverts: z.int().optional().meta({ description: 'The run that this one takes back.' }),
    revertReason: z.string().optional(),
    decision: z
      .object({ by: z.string(), reason: z.string(), at: z.date() })
      .optional()
      .meta({ description: 'What a person said about the removals that this run holds.' }),
    queuedAt: z.date(),
    startedAt: z.date().optional(),
    finishedAt: z.date().optional(),
  })
  .meta({ id: 'Run', description: 'One pass over one directory.' });

export const runPage = z
  .object({ runs: z.array(run).readonly(), nextCursor: z.string().optional() })
  .meta({ id: 'RunPage', description: 'Runs, newest first. Without nextCursor it is the last page.' });
