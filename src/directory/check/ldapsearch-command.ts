/** Formats a search as an `ldapsearch` command that an operator can paste into a shell. */
import type { DirectorySettings } from '../../model/settings.ts';
import { parseUrl } from '../connection/address.ts';

/** A search with the filter as the configuration has it. */
export interface ConfiguredSearch {
  readonly base: string;
  readonly scope: 'base' | 'sub';
  readonly filter: string;
  readonly attributes: readonly string[];
}

/** Replaces the password, which is never printed. */
const PASSWORD = '"$ROLLCALL_BIND_PASSWORD"';

/** The OpenLDAP `ldapsearch` command for a search. It prints a large result page by page. */
export function ldapsearch(url: string, settings: DirectorySettings, question: ConfiguredSearch): string {
  const { base, scope, filter, attributes } = question;
  return [
    ...certificates(url, settings),
    'ldapsearch -LLL -o ldif-wrap=no',
    `-o nettimeout=${Math.ceil(settings.connectTimeoutMs / 1000)}`,
    `-H ${quoted(url)}`,
    ...identity(url, settings),
    `-b ${quoted(base)} -s ${scope}`,
    ...(scope === 'sub' ? [`-E ${quoted(`pr=${settings.pageSize}`)}`] : []),
    quoted(filter),
    ...attributes.map(quoted),
  ].join(' ');
}

function certificates(url: string, { tls }: DirectorySettings): string[] {
  if (parseUrl(url).kind === 'local') return [];
  const files = { LDAPTLS_CACERT: tls.caFile, LDAPTLS_CERT: tls.certFile, LDAPTLS_KEY: tls.keyFile };
  return Object.entries(files).flatMap(([name, file]) =>
    file === undefined ? [] : `${name}=${quoted(file)}`,
  );
}

function identity(url: string, { bind, bindDn, startTls }: DirectorySettings): string[] {
  const address = parseUrl(url);
  const upgrade = startTls && address.kind === 'tcp' && !address.tls ? ['-ZZ'] : [];
  const who = bind === 'external' ? '-Q -Y EXTERNAL' : `-x -D ${quoted(bindDn)} -w ${PASSWORD}`;
  return [...upgrade, who];
}

/** Quotes the text for a shell unless it is plain. A quoted text cannot end its own quotes. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
