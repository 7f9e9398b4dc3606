/** From the validated file to Settings: durations in milliseconds, secrets in place, paths absolute. */
import { resolve } from 'node:path';
import type { AccessType, DirectorySettings, MappingSettings, Settings, TlsSettings } from '../settings.ts';
import { durationMs } from './duration.ts';
import { keyText, type Path } from './problem.ts';
import type { Config } from './schema.ts';
import { retentionOf } from './schema-retention.ts';
import { sizeBytes } from './size.ts';

type Directory = Config['directories'][number];
type Mapping = Directory['mappings'][number];

/** Where the values that are not in the file itself come from. */
export interface Sources {
  /** By key text. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Relative paths of files start here. */
  readonly folder: string;
}

/** The settings that a validated configuration stands for. */
export function settingsOf(config: Config, sources: Sources): Settings {
  return {
    database: databaseOf(config.database, sources),
    ...(config.redis && {
      redis: { ...service(config.redis, 'redis', sources), prefix: config.redis.prefix },
    }),
    http: {
      host: config.http.host,
      port: config.http.port,
      requestsPerMinute: config.http.requestsPerMinute,
      ...(config.http.publicUrl !== undefined && { publicUrl: config.http.publicUrl }),
      tokens: config.http.tokens.map(({ name, role }, index) => ({
        name,
        role,
        secret: needed(sources, ['http', 'tokens', index, 'secret']),
      })),
    },
    log: config.log,
    worker: config.worker,
    notify: {
      webhooks: config.notify.webhooks.map(({ name, url, events }, index) => ({
        name,
        url,
        events,
        secret: needed(sources, ['notify', 'webhooks', index, 'secret']),
      })),
    },
    retention: retentionOf(config.retention),
    directories: config.directories.map((directory, index) => directoryOf(directory, index, sources)),
  };
}

function databaseOf(database: Config['database'], sources: Sources): Settings['database'] {
  const { url, password } = service(database, 'database', sources);
  return {
    url: password === undefined ? url : withPassword(url, password),
    poolSize: database.poolSize,
    statementTimeoutMs: durationMs(database.statementTimeout),
    lockTimeoutMs: durationMs(database.lockTimeout),
    idleTransactionTimeoutMs: durationMs(database.idleTransactionTimeout),
  };
}

/**
 * As a parameter, not as the user information: a URL of a socket directory has no host, and without one Node's URL
 * drops a password without an error. pg takes the parameter before the user information.
 */
function withPassword(url: string, password: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}password=${encodeURIComponent(password)}`;
}

function service({ url }: { readonly url: string }, block: string, { secrets }: Sources) {
  const password = secrets.get(keyText([block, 'password']));
  return { url, ...(password !== undefined && { password }) };
}

function directoryOf(directory: Directory, index: number, sources: Sources): DirectorySettings {
  const {
    allowPlaintext: _allowPlaintext,
    bindPasswordFile: _bindPasswordFile,
    fullReadEvery,
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
    tls: tlsOf(directory.tls, sources),
    ...credentials(directory, index, sources),
    fullReadEveryMs: durationMs(fullReadEvery),
    connectTimeoutMs: durationMs(connectTimeout),
    operationTimeoutMs: durationMs(operationTimeout),
    runTimeoutMs: durationMs(runTimeout),
    graceMs: grace === '2 reads' ? 0 : durationMs(grace),
    doubtAlarmMs: durationMs(doubtAlarm),
    maxMessageBytes: sizeBytes(maxMessageSize),
    maxValueBytes: sizeBytes(maxValueSize),
    guard: { ...limits, windowMs: durationMs(window) },
    mappings: directory.mappings.map(mappingOf),
  };
}

function credentials({ bind, bindDn }: Directory, index: number, sources: Sources) {
  if (bind === 'external') return { bindDn: '', bindPassword: '' };
  return { bindDn: bindDn ?? '', bindPassword: needed(sources, ['directories', index, 'bindPassword']) };
}

function tlsOf(
  { caFile, certFile, keyFile, serverName }: Directory['tls'],
  { folder }: Sources,
): TlsSettings {
  return {
    ...(caFile !== undefined && { caFile: resolve(folder, caFile) }),
    ...(certFile !== undefined && { certFile: resolve(folder, certFile) }),
    ...(keyFile !== undefined && { keyFile: resolve(folder, keyFile) }),
    ...(serverName !== undefined && { serverName }),
  };
}

function mappingOf({ allowOwner: _allowOwner, groups, type, ...rest }: Mapping): MappingSettings {
  return {
    ...rest,
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

function needed({ secrets }: Sources, path: Path): string {
  const secret = secrets.get(keyText(path));
  if (secret === undefined) throw new Error(`${keyText(path)} was not read although the file was valid`);
  return secret;
}
