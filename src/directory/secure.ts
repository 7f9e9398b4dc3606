/** Sockets to a directory server: plain TCP, and TLS on top of it. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { DirectoryError, messageOf } from '../errors.ts';
import type { TlsSettings } from '../settings.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
  /** `ldaps:`, encrypted from the first byte. */
  readonly tls: boolean;
}

/** Host and port of an `ldap://` or `ldaps://` URL. */
export function parseUrl(url: string): Address {
  const { protocol, hostname, port } = new URL(url);
  const tls = protocol === 'ldaps:';
  const host = decodeURIComponent(hostname).replace(/^\[|\]$/g, '') || 'localhost';
  return { host, port: port === '' ? (tls ? 636 : 389) : Number(port), tls };
}

/** @throws DirectoryError `unreachable` */
export async function openSocket({ host, port }: Address, timeoutMs: number): Promise<Socket> {
  const socket = connectTcp({ host, port, noDelay: true, keepAlive: true });
  try {
    await established(socket, 'connect', timeoutMs);
    return socket;
  } catch (error) {
    socket.destroy();
    throw new DirectoryError('unreachable', `${host}:${port} cannot be reached: ${messageOf(error)}.`, {
      cause: error,
    });
  }
}

/**
 * Encrypts a connection and verifies the server's certificate and name; there is no way to switch that off.
 * @throws DirectoryError `tls`
 */
export async function encrypt(
  socket: Socket,
  options: ConnectionOptions,
  timeoutMs: number,
): Promise<Socket> {
  const secure = connectTls({ ...options, socket });
  socket.on('error', error => secure.destroy(error));
  try {
    await established(secure, 'secureConnect', timeoutMs);
    return secure;
  } catch (error) {
    secure.destroy();
    socket.destroy();
    const message = `No encrypted connection to ${options.host}: ${messageOf(error)}. ${ADVICE}`;
    throw new DirectoryError('tls', message, { cause: error });
  }
}

const ADVICE =
  'Check tls.caFile, and that the certificate names the host of the URL (or set tls.serverName).';

/** What to present and to expect. Read before connecting. @throws DirectoryError `tls` when a file cannot be read */
export async function tlsOptions(host: string, settings: TlsSettings): Promise<ConnectionOptions> {
  const name = settings.serverName ?? host;
  return {
    host: name,
    // An address cannot be asked for by SNI (RFC 6066 section 3); the certificate is still checked against it.
    ...(isIP(name) ? {} : { servername: name }),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(settings.caFile ? { ca: await readPem('caFile', settings.caFile) } : {}),
    ...(settings.certFile ? { cert: await readPem('certFile', settings.certFile) } : {}),
    ...(settings.keyFile ? { key: await readPem('keyFile', settings.keyFile) } : {}),
  };
}

async function readPem(key: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const message = `tls.${key} cannot be read: ${messageOf(error)}.`;
    throw new DirectoryError('tls', message, { cause: error, permanent: true });
  }
}

async function established(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  timeoutMs: number,
): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    await once(socket, event, { signal });
  } catch (error) {
    throw signal.aborted ? new Error(`no answer for ${timeoutMs / 1000} s (connectTimeout)`) : error;
  }
}
