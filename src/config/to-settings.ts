/** Converts the validated file to Settings: durations in milliseconds, with secrets, and with absolute paths. */
import { resolve } from 'node:path';
import type {
  AccessType,
  DirectorySettings,
  MappingSettings,
  Settings,
  TlsSettings,
} from '../model/settings.ts';
import type { OidcSettings } from '../model/sign-in/settings.ts';
import { inApplication, USERNAME_LIMIT } from './rules/application-tables.ts';
import { keyText, type Path } from './schema/problem.ts';
import { durationMs, sizeBytes } from './schema/quantities.ts';
import { retentionOf } from './schema/retention.ts';
import type { Config } from './schema/schema.ts';

type Directory = Config['directories'][number];
type Oidc = NonNullable<Config['http']['oidc']>;
type Mapping = Directory['mappings'][number];

/** Values that are not in the file itself. */
export interface SettingsContext {
  /** By key text. */
  readonly secrets: ReadonlyMap<string, string>;
  /** The folder at which relative paths start. */
  readonly folder: string;
}

/** Converts a validated configuration to settings. */
export function settingsOf(config: Config, context: SettingsContext): Settings {
  return {
    database: databaseOf(config.database, context),
    ...(config.redis && {
      redis: {
        ...service(config.redis, 'redis', context),
        prefix: config.redis.prefix,
        ...(config.redis.tls && { tls: tlsOf(config.redis.tls, context) }),
      },
    }),
    http: {
      host: config.http.host,
      port: config.http.port,
      requestsPerMinute: config.http.requestsPerMinute,
      ...(config.http.publicUrl !== undefined && { publicUrl: config.http.publicUrl }),
      ...(config.http.trustedProxy && { trustedProxy: config.http.trustedProxy }),
      ...(config.http.oidc && { oidc: oidcOf(config.http.oidc, context) }),
      tokens: config.http.tokens.map(({ name, role }, index) => ({
        name,
        role,
        secret: needed(context, ['http', 'tokens', index, 'secret']),
      })),
    },
    log: config.log,
    worker: config.worker,
    notify: {
      webhooks: config.notify.webhooks.map(({ name, url, events, showNames }, index) => ({
        name,
        url,
        events,
        ...(showNames && { showNames }),
        secret: needed(context, ['notify', 'webhooks', index, 'secret']),
      })),
    },
    retention: retentionOf(config.retention),
    directories: config.directories.map((directory, index) => {
      const settings = directoryOf(directory, index, context);
      return config.database.core === 'ours'
        ? settings
        : { ...settings, users: { ...settings.users, usernameLimit: USERNAME_LIMIT } };
    }),
  };
}

function oidcOf(
  { clientSecretFile: _clientSecretFile, caFile, sessionDuration, sessionIdle, ...rest }: Oidc,
  { folder, secrets }: SettingsContext,
): OidcSettings {
  const { clientSecret: _clientSecret, ...shown } = rest;
  const secret = secrets.get('http.oidc.clientSecret');
  return {
    ...shown,
    ...(secret !== undefined && { clientSecret: secret }),
    ...(caFile !== undefined && { caFile: resolve(folder, caFile) }),
    sessionMs: durationMs(sessionDuration),
    sessionIdleMs: durationMs(sessionIdle),
  };
}

function databaseOf(database: Config['database'], context: SettingsContext): Settings['database'] {
  const { url, password } = service(database, 'database', context);
  return {
    url: password === undefined ? url : withPassword(url, password),
    ...inApplication(database),
    poolSize: database.poolSize,
    statementTimeoutMs: durationMs(database.statementTimeout),
    lockTimeoutMs: durationMs(database.lockTimeout),
    idleTransactionTimeoutMs: durationMs(database.idleTransactionTimeout),
  };
}

/**
 * Adds the password as a query parameter, not as user information: the URL of a socket directory has no host, and
 * without a host, the URL class of Node.js silently drops a password. pg prefers the parameter to user information.
 */
function withPassword(url: string, password: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}password=${encodeURIComponent(password)}`;
}

function service({ url }: { readonly url: string }, block: string, { secrets }: SettingsContext) {
  const password = secrets.get(keyText([block, 'password']));
  return { url, ...(password !== undefined && { password }) };
}

function directoryOf(directory: Directory, index: number, context: SettingsContext): DirectorySettings {
  const {
    allowPlaintext: _allowPlaintext,
    bindPasswordFile: _bindPasswordFile,
    freshness,
    shadow,
    fullReadEvery,
    liveWindow,
    liveAlarm,
    connectTimeout,
    operationTimeout,
    runTimeout,
    guard: { grace, doubtAlarm, window, ...limits },
    maxMessageSize,
    maxValueSize,
    ...rest
  } = directory;
  return {
    ...rest,
    tls: tlsOf(directory.tls, context),
    ...credentials(directory, index, context),
    ...(freshness !== undefined && { freshnessMs: durationMs(freshness) }),
    fullReadEveryMs: durationMs(fullReadEvery),
    liveWindowMs: durationMs(liveWindow),
    liveAlarmMs: durationMs(liveAlarm),
    connectTimeoutMs: durationMs(connectTimeout),
    operationTimeoutMs: durationMs(operationTimeout),
    runTimeoutMs: durationMs(runTimeout),
    graceMs: grace === '2 reads' ? 0 : durationMs(grace),
    doubtAlarmMs: durationMs(doubtAlarm),
    maxMessageBytes: sizeBytes(maxMessageSize),
    maxValueBytes: sizeBytes(maxValueSize),
    guard: { ...limits, windowMs: durationMs(window) },
    mappings: directory.mappings.map(mapping => mappingOf(mapping, shadow)),
  };
}

function credentials({ bind, bindDn }: Directory, index: number, context: SettingsContext) {
  if (bind === 'external') return { bindDn: '', bindPassword: '' };
  return { bindDn: bindDn ?? '', bindPassword: needed(context, ['directories', index, 'bindPassword']) };
}

function tlsOf(
  { caFile, certFile, keyFile, serverName }: Directory['tls'],
  { folder }: SettingsContext,
): TlsSettings {
  return {
    ...(caFile !== undefined && { caFile: resolve(folder, caFile) }),
    ...(certFile !== undefined && { certFile: resolve(folder, certFile) }),
    ...(keyFile !== undefined && { keyFile: resolve(folder, keyFile) }),
    ...(serverName !== undefined && { serverName }),
  };
}

function mappingOf(
  { allowOwner: _allowOwner, groups, type, shadow, ...rest }: Mapping,
  allShadow: boolean,
): MappingSettings {
  return {
    ...rest,
    ...((shadow || allShadow) && { shadow: true }),
    groups: {
      ...(groups.filter !== undefined && { filter: groups.filter }),
      ...(groups.baseDn !== undefined && { baseDn: groups.baseDn }),
    },
    type: accessType(type),
  };
}

function accessType(type: Mapping['type']): AccessType {
  switch (type) {
    case 'owner':
      return 0;
    case 'user':
      return 50;
    case 'system':
      return 100;
    default:
      return type;
  }
}

function needed({ secrets }: SettingsContext, path: Path): string {
  const secret = secrets.get(keyText(path));
  if (secret === undefined) throw new Error(`${keyText(path)} was not read although the file was valid`);
  return secret;
}
