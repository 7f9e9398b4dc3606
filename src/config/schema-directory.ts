/** One item of `directories`: how to reach it and how to run it. */
import type { Checks } from './checks.ts';
import { mappingSchema } from './schema-mapping.ts';
import { accountsSchema, groupsSchema, guardSchema } from './schema-people.ts';
import { block, duration, flag, integer, list, oneOf, secret, size, text, url } from './values.ts';
import { dn } from './values-ldap.ts';

/** Everything about one directory. */
export function directorySchema(checks: Checks) {
  return block({
    name: text(
      'a name of at most 64 letters, digits, ".", "-" and "_"',
      /^[A-Za-z0-9][\w.-]{0,63}$/,
    ).describe('Stored with everything that came from this directory: choose it once and keep it.'),
    ...connection(),
    ...pace(),
    sentinels: list(dn(checks), 'a list of DNs')
      .default([])
      .describe('Entries that must be visible, groups among them with a member, or nothing is planned.'),
    idAttribute: oneOf(['auto', 'entryUUID', 'objectGUID', 'nsUniqueId', 'ipaUniqueID'])
      .default('auto')
      .describe('The attribute that identifies an entry through renames and moves. auto: by vendor.'),
    users: accountsSchema(checks).describe('People: where they are and what they are called.'),
    groups: groupsSchema(checks).describe('Groups: where they are and what makes somebody a member.'),
    protect: list(text('a username; * and ? stand for other characters'), 'a list of usernames')
      .default([])
      .describe('Usernames (with * and ?) that a sync never adds and never removes.'),
    guard: guardSchema().prefault({}).describe('Removals beyond both numbers of a limit wait for a person.'),
    onMissingGroup: oneOf(['empty', 'keep', 'delete'])
      .default('empty')
      .describe('What becomes of an AccessGroup whose group was absent from two complete reads.'),
    firstRun: oneOf(['apply', 'confirm'])
      .default('apply')
      .describe(
        'confirm: nothing is applied before a person has approved the plan of the first run. It never removes anybody.',
      ),
    mappings: list(mappingSchema(checks), 'a list of at least one mapping', 1).describe(
      'Which groups become which AccessGroups. The first mapping that matches a group wins.',
    ),
  });
}

function connection() {
  return {
    vendor: oneOf(['auto', 'openldap', 'activedirectory', '389ds', 'freeipa', 'rfc4519'])
      .default('auto')
      .describe('auto asks the server.'),
    urls: list(
      url(
        'an ldaps:// or ldap:// URL with nothing behind the port, or ldapi://%2Fpath%2Fof%2Fa%2Fsocket',
        isServer,
      ),
      'a list of URLs',
      1,
    ).describe('Interchangeable servers of this directory, tried in this order.'),
    startTls: flag()
      .default(false)
      .describe('Encrypt ldap:// connections with StartTLS before anything is said.'),
    allowPlaintext: flag()
      .default(false)
      .describe(
        'Permit ldap:// without StartTLS: the password and everything read cross the network readable.',
      ),
    tls: tlsSchema().prefault({}).describe('Trust. Left out: the certificates that Node.js trusts.'),
    bind: oneOf(['simple', 'external'])
      .default('simple')
      .describe(
        'external: tls.certFile, or on ldapi:// the account we run as, says who we are (SASL EXTERNAL); no bindDn then.',
      ),
    bindDn: text('the DN of the account that reads the directory')
      .optional()
      .describe('The account that reads. With vendor: activedirectory also user@domain.'),
    bindPassword: secret().describe('Its password. Better: bindPasswordFile.'),
    bindPasswordFile: text('the path of a file').optional().describe('A file that holds the password.'),
  };
}

function tlsSchema() {
  const file = () => text('the path of a PEM file').optional();
  return block({
    caFile: file().describe(
      'PEM file with the authorities to trust for this directory, instead of the usual ones.',
    ),
    certFile: file().describe('PEM file with our own certificate, where the server asks for one.'),
    keyFile: file().describe('PEM file with the key of certFile.'),
    serverName: text('a host name')
      .optional()
      .describe('The name to expect in the certificate, where it is not the host of the URL.'),
  });
}

function pace() {
  return {
    schedule: text('a cron expression in quotes, such as "*/15 * * * *"')
      .default('*/15 * * * *')
      .describe('When to sync: a cron expression.'),
    timezone: text('a time zone such as UTC or Europe/Berlin')
      .default('UTC')
      .describe('The time zone of the schedule.'),
    fullReadEvery: duration(0)
      .default('6h')
      .describe('In between, a directory that says it has not changed is not read again. 0s: always read.'),
    pageSize: integer(1, 100_000).default(1000).describe('Entries per page of a search.'),
    connectTimeout: duration().default('5s').describe('For a connection to be made.'),
    operationTimeout: duration().default('60s').describe('For one answer: a bind, a page.'),
    runTimeout: duration().default('10m').describe('For reading the whole directory.'),
    queriesPerSecond: integer(0, 100_000)
      .default(500)
      .describe('At most so many searches and pages in any second. 0: as many as the server answers.'),
    maxMessageSize: size('64KiB', '1GiB')
      .default('32MiB')
      .describe(
        'The largest message that is taken from the server: one group with all its members. One answer may have eight times that.',
      ),
    maxValueSize: size('1KiB', '16MiB')
      .default('16KiB')
      .describe('The longest single value: a member, a paging cookie, a reference.'),
    secondOpinion: flag()
      .default(false)
      .describe(
        'Before members are removed, ask another server of urls as well. It must not lag far behind.',
      ),
    referrals: oneOf(['ignore', 'fail'])
      .default('ignore')
      .describe('References to other servers are never followed: ignore counts them, fail ends the run.'),
  };
}

/** Credentials, paths and queries in a server's URL would be ignored silently, so they are refused. */
function isServer(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !['ldap:', 'ldaps:', 'ldapi:'].includes(url.protocol)) return false;
  const rest = [url.username, url.password, url.search, url.hash, url.pathname.replace(/^\/$/, '')];
  if (rest.join('') !== '') return false;
  return url.protocol === 'ldapi:' ? /^%2f[^%]/i.test(url.host) : url.hostname !== '';
}
