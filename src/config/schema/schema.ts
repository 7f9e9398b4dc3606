/** The schema of the configuration file, with all defaults. */
import type * as z from 'zod';
import { databaseSchema } from './database.ts';
import { directorySchema, tlsSchema } from './directory.ts';
import { httpSchema } from './http.ts';
import type { Checks } from './injected-checks.ts';
import { notifySchema } from './notify.ts';
import { retentionSchema } from './retention.ts';
import { block, integer, list, oneOf, secret, text, url } from './values.ts';

/** The validated file: with defaults; durations are still text, and secrets are still separate. */
export type Config = z.output<ReturnType<typeof configSchema>>;

/** The schema of the configuration file. Rules over several keys are in rules.ts. */
export function configSchema(checks: Checks) {
  return block({
    $schema: text().optional().describe('For editors.'),
    database: databaseSchema().describe('PostgreSQL 14 or newer.'),
    redis: redisSchema()
      .optional()
      .describe('The queue. Default: the queue is in PostgreSQL, for one machine. REDIS_URL overrides url.'),
    http: httpSchema().prefault({}).describe('Status endpoint, API, console and metrics.'),
    log: block({
      level: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
        .default('info')
        .describe('The log level. LOG_LEVEL overrides it.'),
    })
      .prefault({})
      .describe('Logs go to standard error.'),
    worker: block({
      concurrency: integer(1, 100)
        .default(4)
        .describe('Number of tasks that one process runs at the same time.'),
    })
      .prefault({})
      .describe('The role that reads directories and writes AccessGroups.'),
    notify: notifySchema()
      .prefault({})
      .describe('Webhooks that receive alarms when a directory needs an operator.'),
    retention: retentionSchema().prefault({}).describe('How long history is kept.'),
    directories: list(directorySchema(checks), 'a list of at least one directory', 1).describe(
      'The directories to sync from.',
    ),
  });
}

function redisSchema() {
  const redis = /^rediss?:\/\/[^/]/;
  return block({
    url: url('a redis:// or rediss:// URL', text => redis.test(text) && URL.canParse(text)).describe(
      'redis://user@host:6379/0, or rediss:// for TLS. Not a Sentinel, and not a cluster.',
    ),
    password: secret().describe('The password, if the URL does not contain it. Prefer passwordFile.'),
    passwordFile: text('the path of a file').optional().describe('A file that contains the password.'),
    tls: tlsSchema()
      .optional()
      .describe('TLS settings for rediss://. Default: trust the certificate authorities of Node.js.'),
    prefix: text('a word of letters, digits, "-", "_", "{" and "}"', /^[\w{}-]{1,64}$/)
      .default('rollcall')
      .describe('Prefix of every key, so that several installations can share one Redis.'),
  });
}
