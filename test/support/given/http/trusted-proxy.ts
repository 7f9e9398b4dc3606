/** A trusted proxy for tests, which connects from 127.0.0.1. */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TrustedProxySettings } from '../../../../src/model/sign-in/settings.ts';

export const PROXY: TrustedProxySettings = {
  addresses: ['127.0.0.1', '10.1.2.0/24', '2001:db8::/64'],
  userHeader: 'X-Forwarded-User',
  groupsHeader: 'X-Forwarded-Groups',
  separator: ',',
  roles: { admin: ['ops', 'Betrieb Süd'], viewer: ['staff'] },
  logoutUrl: '/oauth2/sign_out',
};

/** The headers of a browser that sends a request for a page of the console. */
export const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' };

/** The headers of the proxy for a user. */
export function signedIn(user: string, groups = 'staff'): Record<string, string> {
  return { ...SAME_ORIGIN, 'x-forwarded-user': user, 'x-forwarded-groups': groups };
}

/** The text of an answer to a request with exactly these lines of headers, as bytes of UTF-8. */
export async function sendLines(
  url: string,
  path: string,
  lines: readonly (string | Buffer)[],
): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\nconnection: close\r\n`);
  for (const line of lines) socket.write(Buffer.concat([Buffer.from(line), Buffer.from('\r\n')]));
  socket.write('\r\n');
  return await text(socket);
}
