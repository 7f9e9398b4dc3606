/** Opens sockets to a directory server: TCP or local, with TLS on top. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, checkServerIdentity, connect as connectTls } from 'node:tls';
import { DirectoryError, messageOf } from '../../errors.ts';
import type { TlsSettings } from '../../model/settings.ts';
import type { Address } from './address.ts';
import { insecure, unreachable } from './connection-errors.ts';

/** The timeout, and the signal that can end the wait earlier. */
export interface TlsTimeouts {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** @throws DirectoryError `unreachable` */
export async function openSocket(url: string, address: Address, timeouts: TlsTimeouts): Promise<Socket> {
  const { kind: _, ...place } = address;
  const socket = connectSocket({ ...place, noDelay: true, keepAlive: true });
  try {
    await established(socket, 'connect', timeouts);
    return socket;
  } catch (error) {
    socket.destroy();
    throw unreachable(url, error);
  }
}

/** The certificates to present and to accept in a TLS connection. */
export interface Trust {
  /** The host name or address that the certificate must be issued for. */
  readonly name: string;
  readonly options: ConnectionOptions;
}

/**
 * Encrypts a connection and verifies the server's certificate and name. Verification cannot be turned off.
 * @throws DirectoryError `tls`
 */
export async function encrypt(
  socket: Socket,
  url: string,
  { name, options }: Trust,
  timeouts: TlsTimeouts,
): Promise<Socket> {
  try {
    const secure = connectTls({ ...options, socket });
    socket.on('error', error => secure.destroy(error));
    await established(secure, 'secureConnect', timeouts);
    return secure;
  } catch (error) {
    socket.destroy();
    throw insecure(url, name, error);
  }
}

/** Reads the certificate files before connecting. @throws DirectoryError `tls` if a file cannot be read */
export async function readTrust(host: string, settings: TlsSettings): Promise<Trust> {
  const name = settings.serverName ?? host;
  const options = {
    // SNI does not allow addresses (RFC 6066 section 3). The certificate is still checked against the address.
    ...(isIP(name) ? {} : { servername: name }),
    // By default Node.js checks its own idea of the peer's name, or "localhost" if it has none.
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
    // No code waits for this socket now. Without a handler, a late error would end the process.
    socket.on('error', () => {});
    socket.destroy();
    if (signal?.aborted) throw new Error(`stopped: ${messageOf(signal.reason)}`, { cause: error });
    throw timeout.aborted ? new Error(`no answer within ${timeoutMs / 1000} s (connectTimeout)`) : error;
  }
}
