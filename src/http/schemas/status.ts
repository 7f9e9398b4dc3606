/** The status endpoint's two answers. */
import { z } from 'zod';
import { doubtCounts } from './doubt.ts';
import { run, runStatus } from './run.ts';

const count = z.int().min(0);
const ages = {
  lastRunAgeSeconds: count
    .optional()
    .meta({ description: 'Since the last run ended, or began if it goes on.' }),
  lastSuccessAgeSeconds: count.optional().meta({ description: 'Left out: it never succeeded.' }),
};

const problem = z.object({
  group: z.string(),
  dn: z.string().meta({ description: 'Of the group.' }),
  member: z.string().optional().meta({ description: 'Left out: it concerns the group itself.' }),
  attribute: z.string().optional().meta({ description: 'Where the value of the member stands.' }),
  reason: z.string().meta({ description: 'A stable code.' }),
  message: z.string().optional(),
});

const directory = z.object({
  name: z.string(),
  lastRun: run.optional(),
  ...ages,
  lastSuccessAt: z.date().optional(),
  nextRunAt: z.date().optional(),
  consecutiveFailures: count,
  groups: z
    .object({ linked: count, conflict: count, missing: count, out_of_scope: count, released: count })
    .meta({ description: 'Directory groups by state.' }),
  frozen: count.meta({ description: 'Directory groups whose AccessGroup a person froze.' }),
  memberships: count,
  unresolved: count,
  unreadable: count.meta({
    description: 'Groups that the last read could not read whole: they stay as they are.',
  }),
  problems: z.object({ total: count, first: z.array(problem).readonly() }).meta({
    description:
      'Unreadable groups, those in conflict or with an error, then unresolved members; the first ten in full.',
  }),
  doubts: doubtCounts,
  heldRuns: count,
  oldestHeldAt: z.date().optional(),
});

const webhook = z.object({
  name: z.string(),
  waiting: count.meta({ description: 'Messages that have not arrived yet.' }),
  givenUp: count.meta({ description: 'Messages given up since the last one that arrived.' }),
  lastDeliveredAt: z.date().optional(),
  lastError: z.string().optional(),
});

const abandoned = z.object({
  name: z.string(),
  lastSuccessAt: z.date().optional(),
  groups: count.meta({ description: 'AccessGroups that stay as they were last applied.' }),
  memberships: count,
});

export const fullStatus = z
  .object({
    version: z.string(),
    uptimeSeconds: z.number().min(0),
    roles: z.array(z.string()).readonly(),
    directories: z.array(directory).readonly(),
    abandoned: z
      .array(abandoned)
      .readonly()
      .meta({ description: 'Directories that are no longer configured and still own AccessGroups.' }),
    caller: z
      .object({ name: z.string(), role: z.enum(['viewer', 'admin']) })
      .meta({ description: 'Whose token it is.' }),
    webhooks: z
      .array(webhook)
      .readonly()
      .meta({ description: 'Who is told what needs a person, and how well that works.' }),
    writable: z.boolean().meta({
      description: 'false: PostgreSQL is read-only, and nothing is synced until it takes changes again.',
    }),
    queue: z
      .record(z.string(), z.int())
      .optional()
      .meta({ description: 'Tasks by state. Left out: the queue does not answer.' }),
  })
  .meta({ id: 'Status', description: 'With a token.' });

export const publicStatus = z
  .object({
    directories: z
      .array(z.object({ name: z.string(), lastRun: z.object({ status: runStatus }).optional(), ...ages }))
      .readonly(),
  })
  .meta({ id: 'PublicStatus', description: 'Without a token.' });
