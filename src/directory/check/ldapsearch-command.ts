/** What we ask of a server, as a line that a person can paste into a shell. */
import type { DirectorySettings } from '../../model/settings.ts';
import { parseUrl } from '../connection/address.ts';

/** A search in the words of the configuration. */
export interface Question {
  readonly base: string;
  readonly scope: 'base' | 'sub';
  readonly filter: string;
  readonly attributes: readonly string[];
}

/** Stands for the password, which is never printed. */
const PASSWORD = '"$ROLLCALL_BIND_PASSWORD"';

/** The `ldapsearch` of OpenLDAP that asks the same; of a large answer it shows one page after the other. */
export function ldapsearch(url: string, settings: DirectorySettings, question: Question): string {
  const { base, scope, filter, attributes } = question;
  return [
    ...certificates(url, settings),
    'ldapsearch -LLL -o ldif-wrap=no',
    `-o nettimeout=${Math.ceil(settings.connectTimeoutMs / 1000)}`,
    `-H ${quoted(url)}`,
    ...identity(url, settings),
    `-b ${quoted(base)} -s ${scope}`,
    ...(scope === 'sub' ? [`-E ${quoted(`!pr=${settings.pageSize}`)}`] : []),
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

/** Unless it is plain anyway, in quotes that no character but themselves gets out of. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
