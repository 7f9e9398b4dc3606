/** Replaces the names in LDAP URLs (RFC 4516). The scheme, the port, the attributes and the scope stay. */
import type { TextRules } from './texts.ts';
import type { Replace } from './words.ts';

const URL = /^( *ldap[si]?:\/\/)([^/?]*?)((?::\d+)?)((?:[/?].*)?)$/is;

/** `map`: replaces the names in a DN. */
export function mapUrl({ words, filter }: TextRules, url: string, map: Replace): string {
  const [, scheme = '', host = '', port = '', path = ''] = URL.exec(url) ?? [];
  const [dn = '', attributes, scope, search, ...rest] = path.replace(/^\//, '').split('?');
  const parts = [
    inParts(dn, map),
    attributes,
    scope,
    search === undefined ? undefined : inParts(search, filter),
    ...rest.map(words),
  ].filter(part => part !== undefined);
  return `${scheme}${inParts(host, words)}${port}${path.startsWith('/') ? '/' : ''}${parts.join('?')}`;
}

/** Replaces what is percent-encoded. What is not valid stays invalid. */
function inParts(text: string, replace: Replace): string {
  const decoded = decode(text);
  if (decoded !== undefined) return encoded(replace(decoded));
  return text
    .split(/((?:%[0-9a-f]{2})+|%)/i)
    .map(part => {
      const valid = part === '%' ? undefined : decode(part);
      return valid === undefined ? part : encoded(replace(valid));
    })
    .join('');
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function encoded(text: string): string {
  return encodeURI(text.toWellFormed()).replaceAll(/[?#]/g, encodeURIComponent);
}
