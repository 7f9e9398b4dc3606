/** Parses the URLs of directory servers. */

/** A network address, or a local socket. */
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

/** How the traffic to that URL is protected: encrypted, or local to this machine; undefined if it is not. */
export function protectionOf(
  url: string,
  startTls: boolean,
): 'TLS' | 'StartTLS' | 'local socket' | undefined {
  const address = parseUrl(url);
  if (address.kind === 'local') return 'local socket';
  if (address.tls) return 'TLS';
  return startTls ? 'StartTLS' : undefined;
}
