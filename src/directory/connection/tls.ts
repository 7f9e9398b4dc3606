/** Sockets to a directory server: TCP or local, and TLS on top of it. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, checkServerIdentity, connect as connectTls } from 'node:tls';
import { DirectoryError, messageOf } from '../../errors.ts';
import type { TlsSettings } from '../../model/settings.ts';
import type { Address } from './address.ts';
import { insecure, unreachable } from './connection-errors.ts';

/** How long to wait, and what ends the wait before that. */
export interface TlsTimeouts {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** @throws DirectoryError `unreachable` */
export async function openSocket(url: string, address: Address, patience: TlsTimeouts): Promise<Socket> {
  const { kind: _, ...place } = address;
  const socket = connectSocket({ ...place, noDelay: true, keepAlive: true });
  try {
    await established(socket, 'connect', patience);
    return socket;
  } catch (error) {
    socket.destroy();
    throw unreachable(url, error);
  }
}

/** What to present and to expect in an encrypted connection. */
export interface Trust {
  /** The name, or the address, that the certificate must bear. */
  readonly name: string;
  readonly options: ConnectionOptions;
}

/**
 * Encrypts a connection and verifies the server's certificate and name; there is no way to switch that off.
 * @throws DirectoryError `tls`
 */
export async function encrypt(
  socket: Socket,
  url: string,
  { name, options }: Trust,
  patience: TlsTimeouts,
): Promise<Socket> {
  try {
    const secure = connectTls({ ...options, socket });
    socket.on('error', error => secure.destroy(error));
    await established(secure, 'secureConnect', patience);
    return secure;
  } catch (error) {
    socket.destroy();
    throw insecure(url, name, error);
  }
}

/** Reads the files before anything is connected. @throws DirectoryError `tls` when one cannot be read */
export async function readTrust(host: string, settings: TlsSettings): Promise<Trust> {
  const name = settings.serverName ?? host;
  const options = {
    // An address cannot be asked for by SNI (RFC 6066 section 3); the certificate is still checked against it.
    ...(isIP(name) ? {} : { servername: name }),
    // Node.js would take its own name for the peer, and "localhost" where it has none.
    checkServerIdentity: (_: string, certificate: Parameters<typeof checkServerIdentity>[1]) =>
      checkServerIdentity(name, certificate),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(settings.caFile ? { ca: await readPem('caFile', settings.caFile) } : {}),
    ...(settings.certFile ? { cert: await readPem('certFile', settings.certFile) } : {}),
    ...(settings.keyFile ? { key: await readPem('keyFile', settings.keyFile) } : {}),
  } as const;
  return { name, options };
}

async function readPem(key: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const problem = `tls.${key} cannot be read: ${messageOf(error)}.`;
    throw new DirectoryError('tls', problem, { cause: error, permanent: true });
  }
}

async function established(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  { timeoutMs, signal }: TlsTimeouts,
): Promise<void> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    await once(socket, event, { signal: signal ? AbortSignal.any([timeout, signal]) : timeout });
  } catch (error) {
    // Its end is awaited by nobody any more.
    socket.on('error', () => {});
    socket.destroy();
    if (signal?.aborted) throw new Error(`stopped: ${messageOf(signal.reason)}`, { cause: error });
    throw timeout.aborted ? new Error(`no answer for ${timeoutMs / 1000} s (connectTimeout)`) : error;
  }
}
