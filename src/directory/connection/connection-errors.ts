/** Explains why a connection could not be established, with a fix for the operator. */
import { DirectoryError, messageOf } from '../../errors.ts';

interface Reason {
  readonly problem: string;
  readonly fix: string;
}

const NETWORK: Readonly<Record<string, Reason>> = {
  ECONNREFUSED: {
    problem: 'connection refused',
    fix: 'Check host and port, and that the server is running.',
  },
  ENOTFOUND: {
    problem: 'host name not found',
    fix: 'Check the host name and the DNS configuration of this machine.',
  },
  EAI_AGAIN: {
    problem: 'temporary failure in name resolution',
    fix: 'Check the DNS configuration of this machine.',
  },
  EHOSTUNREACH: { problem: 'no route to host', fix: 'Check the network and its firewalls.' },
  ENETUNREACH: { problem: 'network is unreachable', fix: 'Check the network and its firewalls.' },
  ENOENT: { problem: 'the socket does not exist', fix: 'Check the path, and that the server is running.' },
  EACCES: {
    problem: 'permission denied',
    fix: 'Give the operating system account of Rollcall access to the socket.',
  },
};

const UNTRUSTED: Reason = {
  problem: 'its certificate was issued by an authority that is not trusted',
  fix: 'Set tls.caFile to a PEM file with the certificate of that authority.',
};
const SELF_SIGNED: Reason = {
  problem: 'its certificate is self-signed and not trusted',
  fix: 'Set tls.caFile to a PEM file with this certificate.',
};
const NO_TLS: Reason = {
  problem: 'it does not speak TLS on this port',
  fix: 'Check the port: ldaps:// is usually 636; for 389 use ldap:// with startTls: true.',
};
const OLD_TLS: Reason = {
  problem: 'it does not support TLS 1.2 or newer',
  fix: 'Enable TLS 1.2 on the server.',
};
const CLIENT_CERTIFICATE: Reason = {
  problem: 'it rejects the client certificate, or requires one',
  fix: 'Check tls.certFile and tls.keyFile, and that the server trusts the issuer of the certificate.',
};
const CERTIFICATES: Readonly<Record<string, Reason>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: SELF_SIGNED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  CERT_HAS_EXPIRED: { problem: 'its certificate has expired', fix: 'Renew the certificate of the server.' },
  CERT_NOT_YET_VALID: {
    problem: 'its certificate is not valid yet',
    fix: 'Check the clocks of both machines.',
  },
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_SSL_UNSUPPORTED_PROTOCOL: OLD_TLS,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: OLD_TLS,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: CLIENT_CERTIFICATE,
  ERR_SSL_SSL_ALERT_HANDSHAKE_FAILURE: CLIENT_CERTIFICATE,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: CLIENT_CERTIFICATE,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: CLIENT_CERTIFICATE,
  ECONNRESET: {
    problem: 'it closed the connection during the TLS handshake',
    fix: NO_TLS.fix,
  },
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: {
    problem: 'the key in tls.keyFile does not match the certificate in tls.certFile',
    fix: 'Set both to the files of one certificate.',
  },
};

/** The failure to open a socket. */
export function unreachable(url: string, error: unknown): DirectoryError {
  const cause = firstOf(error);
  const { problem, fix } = NETWORK[codeOf(cause)] ?? {
    problem: messageOf(cause),
    fix: 'Check host and port, and the network and its firewalls.',
  };
  return new DirectoryError('unreachable', `${url} cannot be reached: ${problem}.`, { cause: error, fix });
}

/** The failure to establish TLS. `name`: the host name that the certificate must be issued for. */
export function insecure(url: string, name: string, error: unknown): DirectoryError {
  const { problem, fix } = wrongName(name, error) ?? certificateReason(error);
  const message = `No encrypted connection to ${url}: ${problem}.`;
  return new DirectoryError('tls', message, { cause: error, fix });
}

/** The message for an OpenSSL alert, if there is one. A TLS connection may receive the alert after the handshake. */
export function tlsAlert(error: unknown): string | undefined {
  const code = codeOf(error);
  return code.startsWith('ERR_SSL') ? CERTIFICATES[code]?.problem : undefined;
}

function certificateReason(error: unknown): Reason {
  const code = codeOf(error);
  const fix = 'Check tls.caFile and the certificate of the server.';
  return CERTIFICATES[code] ?? { problem: `${messageOf(error)}${code === '' ? '' : ` (${code})`}`, fix };
}

function wrongName(name: string, error: unknown): Reason | undefined {
  if (codeOf(error) !== 'ERR_TLS_CERT_ALTNAME_INVALID') return undefined;
  return {
    problem: `its certificate is not for ${name} but for ${namesIn(error)}`,
    fix: 'Use one of these names in urls, or set tls.serverName to it.',
  };
}

function namesIn(error: unknown): string {
  const certificate = error instanceof Error && 'cert' in error ? error.cert : undefined;
  if (typeof certificate !== 'object' || certificate === null || !('subjectaltname' in certificate))
    return 'no name';
  const { subjectaltname: names } = certificate;
  return typeof names === 'string' ? names.replaceAll(/(?:DNS|IP Address):/g, '') : 'no name';
}

/** A host name with several addresses fails with one error for each. */
function firstOf(error: unknown): unknown {
  return error instanceof AggregateError ? (error.errors[0] ?? error) : error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
