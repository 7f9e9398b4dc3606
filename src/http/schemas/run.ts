/** Schemas of runs (src/model/run.ts). Dates are ISO 8601 strings; unknown values are omitted. */
import { z } from 'zod';
import { RUN_STATUSES } from '../../model/run-status.ts';
import { nextCursor } from './inputs.ts';

const count = z.int().min(0);

const readCounts = z.object({
  queries: count,
  entries: count,
  users: count,
  groups: count,
  memberValues: count,
  references: count,
  bytes: count.optional(),
  disabled: z.record(z.string(), count).optional().meta({
    description: 'Disabled and expired accounts of the directory, by the attribute that says so.',
  }),
  unnamed: count.optional().meta({
    description: 'The number of people, if none of them shows the attribute `users.username`; otherwise 0.',
  }),
  way: z.enum(['whole', 'mapped']).optional().meta({
    description: 'Whether everything was read, or only the mapped groups and the entries that they refer to.',
  }),
  open: z.string().optional().meta({
    description: 'Why everything was read after the mapped groups, if it was.',
  }),
  passwordExpiresAt: z.string().optional().meta({
    description: 'When the password of the bind account expires, if the server warned about it.',
  }),
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
  doubts: count.optional().meta({ description: 'Memberships in doubt, which stay.' }),
  frozen: count.optional(),
  outOfScope: count,
  add: count,
  remove: count,
  unresolved: count,
  members: count
    .optional()
    .meta({ description: 'Members of the directory groups, including unresolved ones.' }),
  reasons: z.record(z.string(), count).optional().meta({ description: 'Unresolved members by reason.' }),
  people: count.optional().meta({
    description: 'Number of distinct users to be added; the application may send mail to them.',
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
          .meta({ description: 'Codes of the exceeded limits. Stable.' }),
        digest: z.string().optional().meta({
          description:
            'Identifies exactly these removals; required to approve them. Omitted if no removals are held.',
        }),
        run: z.int().optional().meta({
          description:
            'The older run that holds the same and waits for the decision. Omitted: this run waits itself.',
        }),
      })
      .optional()
      .meta({ description: 'Removals that the guard holds until an operator decides.' }),
    shadow: z.object({ groups: count, add: count, remove: count, held: count }).optional().meta({
      description:
        'What the run would change in groups whose mapping is in shadow, and how many of these removals the guard would hold.',
    }),
    waiting: count.optional().meta({
      description: 'Removals of an older run that wait for a decision, and that this run found again.',
    }),
    refused: z.object({ users: count, first: z.string() }).optional().meta({
      description: "New users whom the application's table did not take, one of them with the reason.",
    }),
    unchanged: z
      .boolean()
      .optional()
      .meta({ description: 'The directory was not read, because it had not changed.' }),
  })
  .meta({ description: 'Each stage of a run adds its counts.' });

export const runStatus = z.enum(RUN_STATUSES);

export const runMode = z
  .enum(['apply', 'plan'])
  .meta({ description: 'plan: a dry run that writes nothing.' });

export const decision = z
  .object({ by: z.string(), reason: z.string(), at: z.date() })
  .optional()
  .meta({ description: 'The decision of an operator about the held removals.' });

export const run = z
  .object({
    id: z.int().min(1),
    directory: z.string(),
    trigger: z.enum(['schedule', 'manual', 'change']),
    requestedBy: z.string().optional(),
    mode: runMode,
    group: z
      .string()
      .optional()
      .meta({ description: 'DN or name of the group, if the run syncs only one group.' }),
    user: z
      .string()
      .optional()
      .meta({ description: 'Username or DN of the person, if the run syncs only one person.' }),
    status: runStatus,
    counts,
    errorCode: z.string().optional(),
    errorMessage: z.string().optional(),
    approves: z.int().optional().meta({ description: 'The held run whose removals this run applies.' }),
    approvedGroups: z
      .array(z.int())
      .readonly()
      .optional()
      .meta({ description: 'Ids of the approved AccessGroups. Omitted: all groups that the run held.' }),
    reverts: z.int().optional().meta({ description: 'The run that this run reverts.' }),
    revertReason: z.string().optional(),
    decision,
    queuedAt: z.date(),
    startedAt: z.date().optional(),
    finishedAt: z.date().optional(),
  })
  .meta({ id: 'Run', description: 'One pass over one directory.' });

/** A run in an answer whose Location header is the URL of the run. */
export function runWithLocation(description: string) {
  const location = { type: 'string', description: 'The URL of the run.' };
  return run.meta({ description, headers: { location } });
}

const runs = z.array(run).readonly();

export const runPage = z
  .object({
    items: runs,
    next: nextCursor,
    runs: runs.meta({ deprecated: true, description: 'The same as items, until the next release.' }),
    nextCursor: z
      .string()
      .optional()
      .meta({ deprecated: true, description: 'next; omitted on the last page.' }),
  })
  .meta({ id: 'RunPage', description: 'Runs, newest first.' });
