/** Opens a bound, encrypted connection to one directory server. A lost connection is never reopened silently. */
import { BindRequest, ExtendedRequest, PasswordPolicyControl } from 'ldapts';
import { DirectoryError, messageOf } from '../../errors.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import { type Address, parseUrl } from './address.ts';
import type { PasswordNotice } from './password-notice.ts';
import { bindFailure, resultFailure } from './result-errors.ts';
import { encrypt, openSocket, readTrust, type Trust } from './tls.ts';
import { closeWire, moveWire, openWire, send, type Wire } from './wire.ts';

export interface Connection {
  readonly url: string;
  readonly wire: Wire;
  /** Throws the failure that ended the connection, if it ended. */
  readonly assertBound: () => void;
  /** What the server said about the password at the bind. */
  password: PasswordNotice | undefined;
  readonly [Symbol.dispose]: () => void;
}

const START_TLS = '1.3.6.1.4.1.1466.20037';
const WHO_AM_I = '1.3.6.1.4.1.4203.1.11.3';

/** Opens a bound connection, as `connect` does. */
export type Connect = typeof connect;

/**
 * Connects to one server: socket, TLS if configured, then bind.
 * @throws DirectoryError; `interrupted` if `signal` is aborted
 */
export async function connect(
  url: string,
  settings: DirectorySettings,
  signal?: AbortSignal,
): Promise<Connection> {
  using stack = new DisposableStack();
  const connection = stack.use(await connectUnbound(url, settings, signal));
  await bind(connection, settings, signal);
  stack.move();
  return connection;
}

/** As `connect`, but without the bind: the server treats the connection as anonymous until `bind`. */
export async function connectUnbound(
  url: string,
  settings: DirectorySettings,
  signal?: AbortSignal,
): Promise<Connection> {
  if (isAnonymous(settings)) throw anonymous();
  const address = parseUrl(url);
  const trust = address.kind === 'tcp' ? await readTrust(address.host, settings.tls) : undefined;
  try {
    return await open({ url, address, trust }, settings, signal);
  } catch (error) {
    throw signal?.aborted ? stopped(signal) : error;
  }
}

/**
 * The identity that the server reports for this connection (RFC 4532): empty if anonymous, undefined if not reported.
 */
export async function whoAmI({ wire }: Connection): Promise<string | undefined> {
  const { result } = await send(wire, messageId => new ExtendedRequest({ messageId, oid: WHO_AM_I }));
  return result.status === 0 ? (result.value ?? '') : undefined;
}

interface Target {
  readonly url: string;
  readonly address: Address;
  /** undefined: a local socket. */
  readonly trust: Trust | undefined;
}

async function open(
  { url, address, trust }: Target,
  settings: DirectorySettings,
  signal: AbortSignal | undefined,
): Promise<Connection> {
  const timeouts = { timeoutMs: settings.connectTimeoutMs, signal };
  const plain = await openSocket(url, address, timeouts);
  const isImplicit = address.kind === 'tcp' && address.tls;
  const socket = trust && isImplicit ? await encrypt(plain, url, trust, timeouts) : plain;
  const connection = over(url, openWire(socket, settings.operationTimeoutMs, settings), signal);
  try {
    if (trust && settings.startTls && !isImplicit) {
      await startTls(connection.wire, url);
      const encrypted = (socket: typeof plain) => encrypt(socket, url, trust, timeouts);
      await moveWire(connection.wire, encrypted);
    }
    return connection;
  } catch (error) {
    connection[Symbol.dispose]();
    throw error;
  }
}

function over(url: string, wire: Wire, signal: AbortSignal | undefined): Connection {
  const stop = () => closeWire(wire, stopped(signal));
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  return {
    url,
    wire,
    password: undefined,
    assertBound: () => {
      if (wire.failure) throw wire.failure;
    },
    [Symbol.dispose]: () => {
      signal?.removeEventListener('abort', stop);
      closeWire(wire, new DirectoryError('interrupted', `The connection to ${url} is closed.`));
    },
  };
}

async function startTls(wire: Wire, url: string): Promise<void> {
  const { result } = await send(wire, messageId => new ExtendedRequest({ messageId, oid: START_TLS }));
  if (result.status === 0) return;
  const { problem } = resultFailure(result, `StartTLS on ${url}`);
  throw new DirectoryError('tls', problem, { fix: 'Install a certificate on the server, or use ldaps://.' });
}

/** @throws DirectoryError; `interrupted` if `signal` is aborted */
export async function bind(
  connection: Connection,
  settings: DirectorySettings,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await sendBind(connection, settings);
  } catch (error) {
    throw signal?.aborted ? stopped(signal) : error;
  }
}

async function sendBind(
  connection: Connection,
  { bind: how, bindDn, bindPassword }: DirectorySettings,
): Promise<void> {
  const { wire, url } = connection;
  const credentials = how === 'external' ? { mechanism: 'EXTERNAL' } : { dn: bindDn, password: bindPassword };
  const controls = [new PasswordPolicyControl()];
  const { result } = await send(wire, messageId => new BindRequest({ messageId, ...credentials, controls }));
  const where = `Bind as ${how === 'external' ? 'EXTERNAL' : bindDn} on ${url}`;
  if (result.status !== 0) throw bindFailure(result, where);
  if (result.password?.mustChange) throw mustChange(where);
  connection.password = result.password;
}

/** The bind itself succeeds, but the server refuses every search after it. */
function mustChange(where: string): DirectoryError {
  return new DirectoryError('bind_refused', `${where}: the password must be changed first.`, {
    permanent: true,
    fix: 'Set a new password in a way that does not require the account to change it (OpenLDAP: remove pwdReset).',
  });
}

function isAnonymous({ bind: how, bindDn, bindPassword }: DirectorySettings): boolean {
  return how === 'simple' && (bindDn === '' || bindPassword === '');
}

/** A bind with an empty password is an unauthenticated bind, which succeeds and reads less (RFC 4513 section 5.1.2). */
function anonymous(): DirectoryError {
  const message = 'bindDn and bindPassword must not be empty: the bind would be anonymous.';
  return new DirectoryError('bind_refused', message, { permanent: true });
}

function stopped(signal: AbortSignal | undefined): DirectoryError {
  return new DirectoryError('interrupted', `The read was stopped: ${messageOf(signal?.reason)}.`);
}
