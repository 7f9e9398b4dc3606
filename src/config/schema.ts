/** The whole file: what may stand in it, with every default. */
import type * as z from 'zod';
import type { Checks } from './checks.ts';
import { directorySchema } from './schema-directory.ts';
import { notifySchema } from './schema-notify.ts';
import { retentionSchema } from './schema-retention.ts';
import { block, duration, integer, list, oneOf, secret, text, url } from './values.ts';

/** What the file says after validation: defaults filled in, durations still as text, secrets still in their places. */
export type Config = z.output<ReturnType<typeof configSchema>>;

/** The schema of the configuration file, without what takes two keys to judge (rules.ts). */
export function configSchema(checks: Checks) {
  return block({
    $schema: text().optional().describe('For editors.'),
    database: databaseSchema().describe('PostgreSQL 14 or newer.'),
    redis: redisSchema()
      .optional()
      .describe(
        'The queue. Left out: the queue lives in PostgreSQL, for one machine. REDIS_URL overrides url.',
      ),
    http: httpSchema().prefault({}).describe('Status endpoint, API, console and metrics.'),
    log: block({
      level: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
        .default('info')
        .describe('LOG_LEVEL overrides it.'),
    })
      .prefault({})
      .describe('Logs go to standard error.'),
    worker: block({
      concurrency: integer(1, 100).default(4).describe('Tasks that one process works on at a time.'),
    })
      .prefault({})
      .describe('The role that reads directories and writes AccessGroups.'),
    notify: notifySchema()
      .prefault({})
      .describe('Who is told, without asking, that a directory needs a person.'),
    retention: retentionSchema().prefault({}).describe('How long history is kept.'),
    directories: list(directorySchema(checks), 'a list of at least one directory', 1).describe(
      'The directories to sync from.',
    ),
  });
}

function databaseSchema() {
  const postgres = /^postgres(ql)?:\/\//;
  return block({
    url: url('a postgres:// URL', text => postgres.test(text) && URL.canParse(text)).describe(
      'postgres://user@host:5432/database. DATABASE_URL overrides it.',
    ),
    password: secret().describe('Password, where the URL holds none. Better: passwordFile.'),
    passwordFile: text('the path of a file').optional().describe('A file that holds the password.'),
    poolSize: integer(2, 1000).default(10).describe('Connections that one process opens at most.'),
    statementTimeout: duration(1_000)
      .default('2m')
      .describe('For one statement. Migrations and check may take an hour.'),
    lockTimeout: duration(100)
      .default('45s')
      .describe('For a lock that another transaction holds. Longer than idleTransactionTimeout.'),
    idleTransactionTimeout: duration(1_000)
      .default('30s')
      .describe('For a transaction of a client that says nothing; then PostgreSQL ends it.'),
  });
}

function redisSchema() {
  const redis = /^rediss?:\/\/[^/]/;
  return block({
    url: url('a redis:// or rediss:// URL', text => redis.test(text) && URL.canParse(text)).describe(
      'redis://host:6379/0, or rediss:// for TLS.',
    ),
    password: secret().describe('Password, where the URL holds none. Better: passwordFile.'),
    passwordFile: text('the path of a file').optional().describe('A file that holds the password.'),
    prefix: text('a word of letters, digits, "-", "_", "{" and "}"', /^[\w{}-]{1,64}$/)
      .default('rollcall')
      .describe('Begins every key, so that several installations can share one Redis.'),
  });
}

function httpSchema() {
  return block({
    host: text('a host name or address').default('0.0.0.0').describe('Address to listen on.'),
    port: integer(0, 65_535).default(8080).describe('Port to listen on; 0: any free one.'),
    tokens: list(tokenSchema(), 'a list of tokens')
      .default([])
      .describe(
        'Who may use the API and the console. None: only liveness, readiness and metrics are served.',
      ),
    requestsPerMinute: integer(0, 1_000_000)
      .default(1200)
      .describe('Requests that one token may make from one address in a minute; beyond, 429. 0: no limit.'),
    publicUrl: url('an http:// or https:// URL', text => /^https?:\/\/[^/]/.test(text) && URL.canParse(text))
      .optional()
      .describe('Where people reach the console; notifications link there.'),
  });
}

function tokenSchema() {
  return block({
    name: text('a name').describe('Shown in the history for what was done with this token.'),
    role: oneOf(['viewer', 'admin']).describe('viewer reads, admin acts.'),
    secret: secret().describe('The bearer token. Better: secretFile.'),
    secretFile: text('the path of a file').optional().describe('A file that holds the token.'),
  });
}
