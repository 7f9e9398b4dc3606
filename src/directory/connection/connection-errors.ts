/** Why no connection comes about, in words for somebody who can do something about it. */
import { DirectoryError, messageOf } from '../../errors.ts';

interface Reason {
  readonly problem: string;
  readonly fix: string;
}

const NETWORK: Readonly<Record<string, Reason>> = {
  ECONNREFUSED: { problem: 'nobody listens there', fix: 'Check host and port, and that the server runs.' },
  ENOTFOUND: { problem: 'the name is unknown', fix: 'Check the host name, and the DNS of this machine.' },
  EAI_AGAIN: { problem: 'the name cannot be looked up', fix: 'Check the DNS of this machine.' },
  EHOSTUNREACH: { problem: 'there is no way there', fix: 'Check the network and its firewalls.' },
  ENETUNREACH: { problem: 'there is no way there', fix: 'Check the network and its firewalls.' },
  ENOENT: { problem: 'there is no such socket', fix: 'Check the path, and that the server runs.' },
  EACCES: { problem: 'we may not open it', fix: 'Let the account that Rollcall runs as open the socket.' },
};

const TRUST: Reason = {
  problem: 'its certificate comes from an authority that is not trusted',
  fix: 'Name a PEM file with that authority in tls.caFile.',
};
const SELF_SIGNED: Reason = {
  problem: 'its certificate is self-signed and not trusted',
  fix: 'Name a PEM file with this very certificate in tls.caFile.',
};
const NO_TLS: Reason = {
  problem: 'it does not speak TLS on this port',
  fix: 'Check the port: ldaps:// is usually 636; for 389 use ldap:// with startTls: true.',
};
const OLD: Reason = { problem: 'it has no TLS 1.2 or newer', fix: 'Switch TLS 1.2 on at the server.' };
const ASKED: Reason = {
  problem: 'it does not accept our certificate, or asks for one',
  fix: 'Check tls.certFile and tls.keyFile, and that the server trusts who issued it.',
};
const CERTIFICATES: Readonly<Record<string, Reason>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: SELF_SIGNED,
  SELF_SIGNED_CERT_IN_CHAIN: TRUST,
  UNABLE_TO_GET_ISSUER_CERT: TRUST,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: TRUST,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: TRUST,
  CERT_SIGNATURE_FAILURE: TRUST,
  CERT_HAS_EXPIRED: { problem: 'its certificate has expired', fix: 'Renew the certificate of the server.' },
  CERT_NOT_YET_VALID: {
    problem: 'its certificate is not valid yet',
    fix: 'Check the clocks of both machines.',
  },
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_SSL_UNSUPPORTED_PROTOCOL: OLD,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: OLD,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: ASKED,
  ERR_SSL_SSL_ALERT_HANDSHAKE_FAILURE: ASKED,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: ASKED,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: ASKED,
  ECONNRESET: {
    problem: 'it ended the connection before TLS was agreed on',
    fix: NO_TLS.fix,
  },
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: {
    problem: 'tls.keyFile is not the key of tls.certFile',
    fix: 'Give the pair that belongs together.',
  },
};

/** No socket. */
export function unreachable(url: string, error: unknown): DirectoryError {
  const cause = firstOf(error);
  const { problem, fix } = NETWORK[codeOf(cause)] ?? {
    problem: messageOf(cause),
    fix: 'Check host and port, and the network and its firewalls.',
  };
  return new DirectoryError('unreachable', `${url} cannot be reached: ${problem}.`, { cause: error, fix });
}

/** No TLS. `name`: what the certificate was expected to bear. */
export function insecure(url: string, name: string, error: unknown): DirectoryError {
  const { problem, fix } = wrongName(name, error) ?? certificateReason(error);
  const message = `No encrypted connection to ${url}: ${problem}.`;
  return new DirectoryError('tls', message, { cause: error, fix });
}

/** What OpenSSL said, where we have words for it; a connection over TLS may learn of it only later. */
export function tlsAlert(error: unknown): string | undefined {
  const code = codeOf(error);
  return code.startsWith('ERR_SSL') ? CERTIFICATES[code]?.problem : undefined;
}

function certificateReason(error: unknown): Reason {
  const code = codeOf(error);
  const fix = 'Check tls.caFile, and what the server offers.';
  return CERTIFICATES[code] ?? { problem: `${messageOf(error)}${code === '' ? '' : ` (${code})`}`, fix };
}

function wrongName(name: string, error: unknown): Reason | undefined {
  if (codeOf(error) !== 'ERR_TLS_CERT_ALTNAME_INVALID') return undefined;
  return {
    problem: `its certificate is not for ${name} but for ${namesIn(error)}`,
    fix: 'Use such a name in urls, or expect it with tls.serverName.',
  };
}

function namesIn(error: unknown): string {
  const certificate = error instanceof Error && 'cert' in error ? error.cert : undefined;
  if (typeof certificate !== 'object' || certificate === null || !('subjectaltname' in certificate))
    return 'no name';
  const { subjectaltname: names } = certificate;
  return typeof names === 'string' ? names.replaceAll(/(?:DNS|IP Address):/g, '') : 'no name';
}

/** A name with several addresses fails with one error for each. */
function firstOf(error: unknown): unknown {
  return error instanceof AggregateError ? (error.errors[0] ?? error) : error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
