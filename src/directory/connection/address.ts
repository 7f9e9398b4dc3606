/** Where a server is. */

/** Over the network, or a socket of this machine. */
export type Address =
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      /** `ldaps:`, encrypted from the first byte. */
      readonly tls: boolean;
    }
  | { readonly kind: 'local'; readonly path: string };

/** The address in an `ldap://`, `ldaps://` or `ldapi://%2Fpath` URL. */
export function parseUrl(url: string): Address {
  const { protocol, hostname, port } = new URL(url);
  const host = decodeURIComponent(hostname).replace(/^\[|\]$/g, '');
  if (protocol === 'ldapi:') return { kind: 'local', path: host };
  const tls = protocol === 'ldaps:';
  return { kind: 'tcp', host, port: port === '' ? (tls ? 636 : 389) : Number(port), tls };
}

/** Whether what is said over that URL is encrypted, or never leaves this machine. */
export function protectionOf(
  url: string,
  startTls: boolean,
): 'TLS' | 'StartTLS' | 'local socket' | undefined {
  const address = parseUrl(url);
  if (address.kind === 'local') return 'local socket';
  if (address.tls) return 'TLS';
  return startTls ? 'StartTLS' : undefined;
}
