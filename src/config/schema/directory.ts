/** The schema of one item of `directories`: its connection, timing, scope and mappings. */
import type { Checks } from './injected-checks.ts';
import { mappingSchema } from './mapping.ts';
import { accountsSchema, groupsSchema, guardSchema } from './users-and-groups.ts';
import { block, duration, flag, integer, list, oneOf, secret, size, text, url } from './values.ts';
import { dn } from './values-ldap.ts';

/** The schema of one directory. */
export function directorySchema(checks: Checks) {
  return block({
    name: text(
      'a name of at most 64 letters, digits, ".", "-" and "_"',
      /^[A-Za-z0-9][\w.-]{0,63}$/,
    ).describe('Stored with all data from this directory: do not change it later.'),
    ...connection(),
    ...timing(),
    sentinels: list(dn(checks), 'a list of DNs')
      .default([])
      .describe(
        'DNs of entries that must be visible. A sentinel group must also have a member. Otherwise the run fails.',
      ),
    idAttribute: oneOf(['auto', 'entryUUID', 'objectGUID', 'nsUniqueId', 'ipaUniqueID'])
      .default('auto')
      .describe(
        'The attribute that identifies an entry across renames and moves. auto: depends on the vendor.',
      ),
    users: accountsSchema(checks).describe('Where to find users and which attributes to read.'),
    groups: groupsSchema(checks).describe('Where to find groups and how they list members.'),
    protect: list(text('a username; * and ? are wildcards'), 'a list of usernames')
      .default([])
      .describe('Usernames that a sync never adds or removes; * and ? are wildcards.'),
    guard: guardSchema()
      .prefault({})
      .describe('Limits for removals. Removals that exceed both numbers of a limit are held for approval.'),
    onMissingGroup: oneOf(['empty', 'keep', 'delete'])
      .default('empty')
      .describe('What happens to an AccessGroup whose group was absent from two complete reads.'),
    firstRun: oneOf(['apply', 'confirm'])
      .default('apply')
      .describe(
        'confirm: the first run is held until an operator approves it. A first run never removes members.',
      ),
    shadow: flag().default(false).describe('Set shadow for all mappings of the directory.'),
    mappings: list(mappingSchema(checks), 'a list of at least one mapping', 1).describe(
      'Which directory groups become which AccessGroups. The first matching mapping applies.',
    ),
  });
}

function connection() {
  return {
    vendor: oneOf(['auto', 'openldap', 'activedirectory', '389ds', 'freeipa', 'rfc4519'])
      .default('auto')
      .describe('auto: detected from the server.'),
    urls: list(
      url(
        'an ldaps:// or ldap:// URL with nothing after the port, or ldapi://%2Fpath%2Fof%2Fa%2Fsocket',
        isServer,
      ),
      'a list of URLs',
      1,
    ).describe('Equivalent servers of this directory, tried in this order.'),
    startTls: flag().default(false).describe('Encrypt ldap:// connections with StartTLS before the bind.'),
    allowPlaintext: flag()
      .default(false)
      .describe('Permit ldap:// without StartTLS. The password and all data are sent unencrypted.'),
    tls: tlsSchema()
      .prefault({})
      .describe('TLS settings. Default: trust the certificate authorities of Node.js.'),
    bind: oneOf(['simple', 'external'])
      .default('simple')
      .describe(
        'external (SASL EXTERNAL): authenticate with tls.certFile or, on ldapi://, with the account of the process. Requires that bindDn is not set.',
      ),
    bindDn: text('the DN of the account that reads the directory')
      .optional()
      .describe('The account that reads the directory. With vendor: activedirectory, also user@domain.'),
    bindPassword: secret().describe('The password of bindDn. Prefer bindPasswordFile.'),
    bindPasswordFile: text('the path of a file').optional().describe('A file that contains the password.'),
  };
}

/** Certificates of a TLS connection. */
export function tlsSchema() {
  const file = () => text('the path of a PEM file').optional();
  return block({
    caFile: file().describe(
      'PEM file with the certificate authorities to trust for this server, instead of the default ones.',
    ),
    certFile: file().describe('PEM file with the client certificate.'),
    keyFile: file().describe('PEM file with the private key of certFile.'),
    serverName: text('a host name')
      .optional()
      .describe('The name to expect in the server certificate. Default: the host of the URL.'),
  });
}

function timing() {
  return {
    schedule: text('a cron expression in quotes, such as "*/15 * * * *"')
      .default('*/15 * * * *')
      .describe('When to sync: a cron expression.'),
    timezone: text('a time zone such as UTC or Europe/Berlin')
      .default('UTC')
      .describe('The time zone of the schedule.'),
    live: oneOf(['off', 'auto', 'poll'])
      .default('off')
      .describe(
        'Follow changes between the scheduled runs. auto: as the server offers; poll: by asking for its change marker.',
      ),
    liveWindow: duration(0)
      .default('250ms')
      .describe('Maximum time for which a change waits for others that are applied in the same run.'),
    liveAlarm: duration()
      .default('5m')
      .describe('With live: how long changes may not be followed before an alarm begins.'),
    freshness: duration()
      .optional()
      .describe(
        'How old the groups may be before the status calls them stale. Default: only missed schedules and failed runs count.',
      ),
    fullReadEvery: duration(0)
      .default('6h')
      .describe(
        'Maximum time between full reads. Until then, a run skips a directory that reports no change, and reads only the mapped groups if they have few of its people. 0s: always read everything.',
      ),
    pageSize: integer(1, 100_000).default(1000).describe('Entries per page of a search.'),
    connectTimeout: duration().default('5s').describe('Timeout for connecting.'),
    operationTimeout: duration().default('60s').describe('Timeout for one response: a bind or a page.'),
    runTimeout: duration().default('10m').describe('Timeout for reading the whole directory.'),
    queriesPerSecond: integer(0, 100_000)
      .default(500)
      .describe('Maximum number of searches and pages per second. 0: no limit.'),
    maxMessageSize: size('64KiB', '1GiB')
      .default('32MiB')
      .describe(
        'Maximum size of one message from the server, such as a group with all its members. One response can have eight times this size.',
      ),
    maxValueSize: size('1KiB', '16MiB')
      .default('16KiB')
      .describe('Maximum size of a single value: a member, a paging cookie, a reference.'),
    secondOpinion: flag()
      .default(false)
      .describe('Before removing members, also query another server of urls. It must not lag far behind.'),
    referrals: oneOf(['ignore', 'fail'])
      .default('ignore')
      .describe('References to other servers are never followed. ignore: count them; fail: the run fails.'),
  };
}

/** Refuses credentials, paths and queries in the URL of a server, because they would be ignored silently. */
function isServer(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !['ldap:', 'ldaps:', 'ldapi:'].includes(url.protocol)) return false;
  const rest = [url.username, url.password, url.search, url.hash, url.pathname.replace(/^\/$/, '')];
  if (rest.join('') !== '') return false;
  return url.protocol === 'ldapi:' ? /^%2f[^%]/i.test(url.host) : url.hostname !== '';
}
