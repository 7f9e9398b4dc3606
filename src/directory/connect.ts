/** A bound, encrypted connection to one directory server. It never comes back by itself once it is gone. */
import { BindRequest, ExtendedRequest, ExtendedResponse } from 'ldapts';
import { DirectoryError, messageOf } from '../errors.ts';
import type { DirectorySettings } from '../settings.ts';
import { resultFailure } from './failures.ts';
import { encrypt, openSocket, parseUrl, tlsOptions } from './secure.ts';
import { closeWire, moveWire, openWire, send, type Wire } from './wire.ts';

export interface Connection {
  readonly url: string;
  readonly wire: Wire;
  /** Throws what ended the connection. */
  readonly assertBound: () => void;
  readonly [Symbol.dispose]: () => void;
}

const START_TLS = '1.3.6.1.4.1.1466.20037';
const WHO_AM_I = '1.3.6.1.4.1.4203.1.11.3';
/** A refused password is refused everywhere, and asking on could lock the account. */
const WORTH_ANOTHER_SERVER: readonly string[] = ['unreachable', 'tls', 'busy', 'time_limit', 'interrupted'];

/**
 * Connects to the first of the directory's servers that answers, in their order.
 * @throws DirectoryError of the last server tried; its message names all that were
 */
export async function connectFirst(settings: DirectorySettings, signal?: AbortSignal): Promise<Connection> {
  const failures: DirectoryError[] = [];
  for (const url of settings.urls) {
    try {
      return await connect(url, settings, signal);
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      failures.push(error);
      if (signal?.aborted || !WORTH_ANOTHER_SERVER.includes(error.code)) break;
    }
  }
  throw allFailed(failures);
}

/** Connects to one server: TCP, then TLS where wanted, then bind. @throws DirectoryError */
export async function connect(
  url: string,
  settings: DirectorySettings,
  signal?: AbortSignal,
): Promise<Connection> {
  if (settings.bindDn === '' || settings.bindPassword === '') throw anonymous();
  const address = parseUrl(url);
  const options = await tlsOptions(address.host, settings.tls);
  const encrypted = (plain: Parameters<typeof encrypt>[0]) =>
    encrypt(plain, options, settings.connectTimeoutMs);
  const plain = await openSocket(address, settings.connectTimeoutMs);
  const socket = address.tls ? await encrypted(plain) : plain;
  const connection = over(url, openWire(socket, settings.operationTimeoutMs), signal);
  try {
    if (settings.startTls && !address.tls) {
      await startTls(connection.wire, url);
      await moveWire(connection.wire, encrypted, settings.operationTimeoutMs);
    }
    await bind(connection.wire, settings, url);
    return connection;
  } catch (error) {
    connection[Symbol.dispose]();
    throw error;
  }
}

/** Who the server thinks we are (RFC 4532): empty for nobody, undefined when it does not say. */
export async function whoAmI({ wire }: Connection): Promise<string | undefined> {
  const { result } = await send(wire, messageId => new ExtendedRequest({ messageId, oid: WHO_AM_I }));
  return result instanceof ExtendedResponse && result.status === 0 ? (result.value ?? '') : undefined;
}

function over(url: string, wire: Wire, signal: AbortSignal | undefined): Connection {
  const stop = () => closeWire(wire, stopped(signal));
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  return {
    url,
    wire,
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
  throw new DirectoryError('tls', resultFailure(result, `StartTLS on ${url}`).message);
}

async function bind(wire: Wire, { bindDn, bindPassword }: DirectorySettings, url: string): Promise<void> {
  const request = { dn: bindDn, password: bindPassword };
  const { result } = await send(wire, messageId => new BindRequest({ messageId, ...request }));
  if (result.status !== 0) throw resultFailure(result, `Bind as ${bindDn} on ${url}`);
}

function allFailed(failures: readonly DirectoryError[]): DirectoryError {
  const last = failures.at(-1);
  if (last === undefined)
    return new DirectoryError('unreachable', 'No server is configured (urls).', { permanent: true });
  if (failures.length === 1) return last;
  const message = failures.map(failure => failure.message).join(' ');
  return new DirectoryError(last.code, message, { cause: last, permanent: last.permanent });
}

/** An empty password would be an unauthenticated bind, which succeeds and reads less (RFC 4513 section 5.1.2). */
function anonymous(): DirectoryError {
  const message = 'bindDn and bindPassword must not be empty: the server would bind us as nobody.';
  return new DirectoryError('bind_refused', message, { permanent: true });
}

function stopped(signal: AbortSignal | undefined): DirectoryError {
  return new DirectoryError('interrupted', `The read was stopped: ${messageOf(signal?.reason)}.`);
}
