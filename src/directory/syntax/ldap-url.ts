/** Parses LDAP URLs (RFC 4516) in dynamic groups: `ldap:///ou=people,dc=example??sub?(l=Paris)`. */
import type { Filter } from 'ldapts';
import { parseDn } from '../../text/dn-parser.ts';
import { parseFilter } from './filter-parser.ts';

export interface LdapUrl {
  /** In lower case, with the port if it is not the default port. Empty: the server that holds the URL. */
  readonly host: string;
  readonly base: string;
  readonly scope: 'base' | 'one' | 'sub';
  readonly filter: Filter;
}

const SHAPE =
  /^(ldaps?):\/\/([^/?]*)(?:\/(?:([^?]*)(?:\?([^?]*)(?:\?([^?]*)(?:\?([^?]*)(?:\?(.*))?)?)?)?)?)?$/is;
const DEFAULT_PORT = { ldap: ':389', ldaps: ':636' } as const;

/**
 * Parses a URL that describes members.
 * @throws SyntaxError for text that is not such a URL, and for attributes and extensions, because the URL would then
 * not describe entries
 */
export function parseLdapUrl(text: string): LdapUrl {
  const parts = SHAPE.exec(text.trim());
  if (parts === null) throw new SyntaxError('expected ldap:///base??scope?filter');
  const [, scheme = '', host = '', dn = '', attributes = '', scope = '', filter = '', extensions = ''] =
    parts;
  if (attributes !== '') throw new SyntaxError('attributes in the URL are not supported');
  if (extensions !== '') throw new SyntaxError('extensions in the URL are not supported');
  return {
    host: hostOf(scheme, decoded(host)),
    base: baseOf(decoded(dn)),
    scope: scopeOf(scope),
    filter: parseFilter(filter === '' ? '(objectClass=*)' : decoded(filter)),
  };
}

/** The DN in a URL; empty if the URL has none, or an invalid one. */
export function dnOfUrl(text: string): string {
  try {
    const dn = decoded(SHAPE.exec(text.trim())?.[3] ?? '');
    return parseDn(dn).length === 0 ? '' : dn;
  } catch (error) {
    if (error instanceof SyntaxError) return '';
    throw error;
  }
}

/** The host of a server's URL, for comparison with the host of an LDAP URL; undefined if it has none. */
export function hostOfServer(url: string): string | undefined {
  const [, scheme = '', host = ''] = /^(ldaps?):\/\/([^/?]+)/i.exec(url) ?? [];
  return host === '' ? undefined : hostOf(scheme, host);
}

function hostOf(scheme: string, host: string): string {
  const port = scheme.toLowerCase() === 'ldaps' ? DEFAULT_PORT.ldaps : DEFAULT_PORT.ldap;
  const lower = host.toLowerCase();
  return lower.endsWith(port) ? lower.slice(0, -port.length) : lower;
}

function baseOf(dn: string): string {
  if (parseDn(dn).length === 0) throw new SyntaxError('the URL has no base DN');
  return dn;
}

function scopeOf(scope: string): LdapUrl['scope'] {
  const lower = scope.toLowerCase();
  if (lower === 'one' || lower === 'sub') return lower;
  if (lower === '' || lower === 'base') return 'base';
  throw new SyntaxError(`"${scope}" is not a scope: use base, one or sub`);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new SyntaxError('a percent sign is not followed by two hex digits of UTF-8');
  }
}
