/** Schemas of the status endpoint: the full and the public status. */
import { z } from 'zod';
import { CONCERNS, HEALTH_LEVELS } from '../../model/status/health.ts';
import { MECHANISMS } from '../../model/watch.ts';
import { doubtCounts } from './doubt.ts';
import { pageOf } from './group.ts';
import { abandoned, shadowStatus } from './ownership.ts';
import { run, runStatus } from './run.ts';

const count = z.int().min(0);
const ages = {
  lastRunAgeSeconds: count
    .optional()
    .meta({ description: 'Seconds since the last run ended or, if it is active, since it began.' }),
  lastSuccessAgeSeconds: count
    .optional()
    .meta({ description: 'Seconds since the last successful run. Omitted if no run succeeded.' }),
};

const problem = z.object({
  group: z.string(),
  dn: z.string().meta({ description: 'DN of the group.' }),
  member: z
    .string()
    .optional()
    .meta({ description: 'The member value. Omitted if the problem is about the group.' }),
  attribute: z.string().optional().meta({ description: 'The attribute that contains the member value.' }),
  reason: z.string().meta({ description: 'Stable code.' }),
  message: z.string().optional(),
});

const durations = {
  changes: count,
  seconds: z.number().min(0),
  within: z.array(z.object({ seconds: z.number(), changes: count })).readonly(),
};

const watch = z.object({
  mechanism: z.enum(MECHANISMS).optional().meta({ description: 'Omitted if changes are not followed now.' }),
  server: z.string().optional(),
  problem: z.string().optional().meta({ description: 'Why changes are not followed, or only by polling.' }),
  changedAt: z.date().optional().meta({ description: 'When a reported change was applied last.' }),
  reported: count.meta({ description: 'Reported changes that may have an effect.' }),
  reopened: count.meta({ description: 'How often the watch ended with an error and was opened again.' }),
  changes: durations.changes.meta({ description: 'Runs that applied reported changes.' }),
  seconds: durations.seconds.meta({ description: 'From the report to the end, of all these runs.' }),
  within: durations.within.meta({ description: 'How many of these runs ended within a time.' }),
  lag: z
    .object({
      ...durations,
      p99: z
        .number()
        .optional()
        .meta({ description: '99 % were applied within this time. Omitted: none, or above a minute.' }),
    })
    .meta({
      description: 'Applied changes, and the seconds since they were made, by the clock of the directory.',
    }),
});

const directory = z.object({
  name: z.string(),
  lastRun: run.optional(),
  ...ages,
  lastSuccessAt: z.date().optional(),
  nextRunAt: z.date().optional(),
  overdueSince: z.date().optional().meta({
    description: 'The first scheduled start that no scheduler made. Omitted: none is late.',
  }),
  currentAt: z.date().optional().meta({
    description: 'Every earlier change of the directory is applied or held. Omitted: never read.',
  }),
  freshUntil: z.date().optional().meta({
    description: 'When the groups become older than `freshness` allows. Omitted: it is not set.',
  }),
  watch: watch.optional().meta({ description: 'Omitted if `live` is off.' }),
  consecutiveFailures: count,
  groups: z
    .object({ linked: count, conflict: count, missing: count, out_of_scope: count, released: count })
    .meta({ description: 'Directory groups by state.' }),
  states: z
    .object({
      in_sync: count,
      waiting: count,
      doubt: count,
      behind: count,
      frozen: count,
      missing: count,
      out_of_scope: count,
      conflict: count,
    })
    .meta({ description: 'AccessGroups of the directory by state.' }),
  linkRequests: z.object({ total: count, oldestSince: z.date().optional() }),
  totals: z.object({ runs: z.record(z.string(), count), added: count, removed: count }).meta({
    description: 'Runs that ended, by status, and the memberships that they added and removed.',
  }),
  frozen: count.meta({ description: 'Directory groups whose AccessGroup is frozen.' }),
  memberships: count,
  unresolved: count,
  unreadable: count.meta({
    description: 'Groups that the last read could not read completely; they are left unchanged.',
  }),
  disabled: z.record(z.string(), count).meta({
    description: 'Disabled and expired accounts in the last complete read, by the attribute that says so.',
  }),
  unnamed: count.meta({
    description:
      'The number of people in the last complete read, if none of them showed the attribute `users.username`; otherwise 0.',
  }),
  passwordExpiresAt: z.date().optional().meta({
    description:
      'When the password of the bind account expires, if the server warned at the last complete read.',
  }),
  problems: z.object({ total: count, first: z.array(problem).readonly() }).meta({
    description:
      'Groups that are unreadable, in conflict or have an error, then unresolved members. `first`: the first ten.',
  }),
  doubts: doubtCounts,
  shadow: shadowStatus.optional(),
  held: z
    .array(
      z.object({ run: z.int().min(1), digest: z.string(), since: z.date(), groups: count, removals: count }),
    )
    .readonly()
    .meta({ description: 'The runs that wait for a decision, oldest first.' }),
  heldRuns: count,
  oldestHeldAt: z.date().optional(),
});

const webhook = z.object({
  name: z.string(),
  waiting: count.meta({ description: 'Messages that are not yet delivered.' }),
  givenUp: count.meta({ description: 'Messages given up since the last delivery.' }),
  lastDeliveredAt: z.date().optional(),
  lastError: z.string().optional(),
});

const concern = z.object({
  code: z.enum(CONCERNS).meta({ description: 'Stable code.' }),
  level: z.enum(HEALTH_LEVELS),
  directory: z.string().optional().meta({ description: 'Omitted: it concerns the whole service.' }),
  text: z.string(),
  since: z.date().optional(),
  fix: z.string().meta({ description: 'What to do about it.' }),
  run: z.int().optional().meta({ description: 'The run that shows more about it.' }),
  waiting: z.string().optional().meta({ description: 'The digest of the held plan that it is about.' }),
});

const health = z
  .object({
    level: z.enum(HEALTH_LEVELS).meta({
      description: 'good: in sync; attention: a person is needed; bad: the groups are not kept in sync.',
    }),
    text: z.string().meta({ description: 'The answer in one sentence.' }),
    since: z.date().optional().meta({
      description: 'When the concern began. With the level good: every earlier change is applied.',
    }),
    concerns: z
      .array(concern)
      .readonly()
      .meta({ description: 'Everything that needs a person, the worst first.' }),
  })
  .meta({ description: 'Whether everything is all right.' });

const serviceProcess = z.object({
  name: z.string().meta({ description: 'Host and process id.' }),
  roles: z.array(z.string()).readonly(),
  version: z.string(),
  startedAt: z.date(),
  seenAt: z.date(),
  state: z.enum(['alive', 'silent', 'stopped']),
  loadedAt: z.date().optional().meta({ description: 'When it loaded the configuration that it uses.' }),
  configDigest: z.string().optional().meta({
    description:
      'The same in all processes with the same directories, webhooks and retention. Secrets do not count.',
  }),
  lastReload: z
    .object({
      at: z.date(),
      by: z.string().meta({ description: 'SIGHUP, secrets (a file changed), or the name of a token.' }),
      changed: z.array(z.string()).readonly().meta({ description: 'Keys, never values.' }),
      problems: z
        .array(z.string())
        .readonly()
        .meta({ description: 'Why it was refused: then nothing changed.' }),
    })
    .optional()
    .meta({ description: 'The last reload of its configuration.' }),
});

export const processList = pageOf(serviceProcess, 'ServiceProcessList');

export const fullStatus = z
  .object({
    version: z.string(),
    uptimeSeconds: z.number().min(0),
    roles: z.array(z.string()).readonly().meta({ description: 'The roles of the process that answers.' }),
    reloads: z
      .object({ applied: z.int(), refused: z.int(), loadedAt: z.date() })
      .meta({ description: 'The reloads of the configuration of the process that answers.' }),
    health,
    processes: z.array(serviceProcess).readonly().meta({
      description: 'The processes of the installation that reported within the last day.',
    }),
    directories: z.array(directory).readonly(),
    abandoned: z
      .array(abandoned)
      .readonly()
      .meta({ description: 'Directories that are no longer configured but still own AccessGroups.' }),
    caller: z
      .object({
        name: z.string(),
        role: z.enum(['viewer', 'admin']),
        signIn: z.enum(['token', 'proxy', 'oidc']),
        logoutUrl: z.string().optional().meta({ description: 'Where a user of the proxy signs out.' }),
      })
      .meta({
        description:
          'The token of the request, or the user whom the trusted proxy or the OpenID provider signed in.',
      }),
    webhooks: z
      .array(webhook)
      .readonly()
      .meta({ description: 'The webhooks that receive alarms, and their delivery status.' }),
    writable: z.boolean().meta({
      description: 'false: PostgreSQL accepts no writes. No run starts until it does again.',
    }),
    obstacle: z
      .enum(['read_only', 'disk_full'])
      .optional()
      .meta({ description: 'Why PostgreSQL accepts no writes. Omitted if it does.' }),
    queue: z
      .record(z.string(), z.int())
      .optional()
      .meta({ description: 'Tasks by state. Omitted if the queue does not answer.' }),
  })
  .meta({ id: 'Status', description: 'The status with a token.' });

export const publicStatus = z
  .object({
    directories: z
      .array(z.object({ name: z.string(), lastRun: z.object({ status: runStatus }).optional(), ...ages }))
      .readonly(),
    signInUrl: z
      .string()
      .optional()
      .meta({ description: 'Where a browser begins to sign in with OpenID Connect.' }),
  })
  .meta({ id: 'PublicStatus', description: 'The status without a token.' });
