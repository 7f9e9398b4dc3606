/** LDAP URLs (RFC 4516) as dynamic groups hold them: `ldap:///ou=people,dc=example??sub?(l=Paris)`. */
import type { Filter } from 'ldapts';
import { parseDn } from '../../text/dn-parser.ts';
import { parseFilter } from './filter-parser.ts';

export interface LdapUrl {
  /** In lower case, with the port where it is not the usual one; empty: whoever holds the URL. */
  readonly host: string;
  readonly base: string;
  readonly scope: 'base' | 'one' | 'sub';
  readonly filter: Filter;
}

const SHAPE =
  /^(ldaps?):\/\/([^/?]*)(?:\/(?:([^?]*)(?:\?([^?]*)(?:\?([^?]*)(?:\?([^?]*)(?:\?(.*))?)?)?)?)?)?$/is;
const USUAL_PORT = { ldap: ':389', ldaps: ':636' } as const;

/**
 * Takes a URL apart that describes members.
 * @throws SyntaxError for what is no such URL, and for what would make it mean something else than entries: attributes,
 * extensions
 */
export function parseLdapUrl(text: string): LdapUrl {
  const parts = SHAPE.exec(text.trim());
  if (parts === null) throw new SyntaxError('expected ldap:///base??scope?filter');
  const [, scheme = '', host = '', dn = '', attributes = '', scope = '', filter = '', extensions = ''] =
    parts;
  if (attributes !== '') throw new SyntaxError('values of attributes are no members');
  if (extensions !== '') throw new SyntaxError('its extensions are not known here');
  return {
    host: hostOf(scheme, decoded(host)),
    base: baseOf(decoded(dn)),
    scope: scopeOf(scope),
    filter: parseFilter(filter === '' ? '(objectClass=*)' : decoded(filter)),
  };
}

/** The DN that a URL is about; empty where it says none that can be read. */
export function dnOfUrl(text: string): string {
  try {
    const dn = decoded(SHAPE.exec(text.trim())?.[3] ?? '');
    return parseDn(dn).length === 0 ? '' : dn;
  } catch (error) {
    if (error instanceof SyntaxError) return '';
    throw error;
  }
}

/** The host of a server's URL, to compare with that of an LDAP URL; undefined when it has none. */
export function hostOfServer(url: string): string | undefined {
  const [, scheme = '', host = ''] = /^(ldaps?):\/\/([^/?]+)/i.exec(url) ?? [];
  return host === '' ? undefined : hostOf(scheme, host);
}

function hostOf(scheme: string, host: string): string {
  const usual = scheme.toLowerCase() === 'ldaps' ? USUAL_PORT.ldaps : USUAL_PORT.ldap;
  const lower = host.toLowerCase();
  return lower.endsWith(usual) ? lower.slice(0, -usual.length) : lower;
}

function baseOf(dn: string): string {
  if (parseDn(dn).length === 0) throw new SyntaxError('it names no base');
  return dn;
}

function scopeOf(scope: string): LdapUrl['scope'] {
  const lower = scope.toLowerCase();
  if (lower === 'one' || lower === 'sub') return lower;
  if (lower === '' || lower === 'base') return 'base';
  throw new SyntaxError(`"${scope}" is no scope`);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new SyntaxError('a percent sign is not followed by two hex digits of UTF-8');
  }
}
