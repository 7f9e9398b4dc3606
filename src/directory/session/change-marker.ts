/** Reads the change marker: a value that changes with every change of the directory, if the server has one. */
import { DirectoryError } from '../../errors.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import { dnKey, isUnder } from '../../text/dn-key.ts';
import { bind, type Connection, connectUnbound } from '../connection/connect.ts';
import { deadline } from '../connection/deadline.ts';
import { onFirstServer, rememberServers, type ServerMemory } from '../connection/failover.ts';
import { type Entry, firstText, textsOf, valuesOf } from '../entry/entry.ts';
import { attributeNames } from '../entry/values.ts';
import { isOpenLdap } from '../entry/vendor.ts';
import { searchEntry } from '../search/entry-search.ts';
import { readRootDse } from '../search/root-dse.ts';
import { parseFilter } from '../syntax/filter-parser.ts';

/**
 * The change marker of the first server that answers, and the URL of that server. Markers of two servers do not
 * compare. OpenLDAP's lastbind changes the marker with every bind, so a known marker is checked before the bind.
 * @param isKnown whether the marker of that server is the expected one, so that no bind is needed
 * @throws DirectoryError if no server can be reached or the bind is refused
 */
export async function readMarker(
  settings: DirectorySettings,
  {
    signal: outer,
    servers = rememberServers(),
    isKnown = () => false,
  }: {
    readonly signal?: AbortSignal;
    readonly servers?: ServerMemory;
    readonly isKnown?: (server: string, marker: string) => boolean;
  } = {},
): Promise<{ server: string; marker: string | undefined }> {
  const signal = deadline(settings.runTimeoutMs, outer);
  return await onFirstServer(settings, servers, signal, async server => {
    using connection = await connectUnbound(server, settings, signal);
    const shown = await anonymousMarker(connection, settings);
    if (shown !== undefined && isKnown(server, shown)) return { server, marker: shown };
    await bind(connection, settings, signal);
    const root = await readRootDse(connection);
    return { server, marker: await markerOf(connection, root, settings) };
  });
}

/** The marker of an OpenLDAP that shows it before the bind. */
async function anonymousMarker(
  connection: Connection,
  settings: DirectorySettings,
): Promise<string | undefined> {
  try {
    const root = await readRootDse(connection);
    return isOpenLdap(root) ? await contextCsn(connection, root, settings) : undefined;
  } catch (error) {
    connection.assertBound();
    if (error instanceof DirectoryError) return undefined;
    throw error;
  }
}

/** The present marker over an open connection. `root`: an earlier root DSE, which in OpenLDAP has no marker. */
export async function presentMarker(
  connection: Connection,
  root: Entry,
  settings: DirectorySettings,
): Promise<string | undefined> {
  return markerOf(connection, isOpenLdap(root) ? root : await readRootDse(connection), settings);
}

/** The marker over an open connection, whose root DSE was just read. */
export async function markerOf(
  connection: Connection,
  root: Entry,
  settings: DirectorySettings,
): Promise<string | undefined> {
  return windowsMarker(root) ?? lastUsn(root) ?? (await contextCsn(connection, root, settings));
}

/** Active Directory has one counter for each domain controller. */
function windowsMarker(root: Entry): string | undefined {
  const usn = firstText(root, 'highestCommittedUSN');
  return usn && `usn ${usn} of ${firstText(root, 'dsServiceName') ?? 'an unnamed controller'}`;
}

/** 389 with the USN plug-in has one counter for each server and back end (`lastusn;userroot`). */
function lastUsn(root: Entry): string | undefined {
  const counters = attributeNames(root, 'lastusn').toSorted();
  const counts = counters.flatMap(name => valuesOf(root, name).map(value => `${name}=${value.toString()}`));
  if (counts.length === 0) return undefined;
  const server = firstText(root, 'netscapemdsuffix');
  return server === undefined ? counts.join(' ') : `${counts.join(' ')} of ${server}`;
}

/** OpenLDAP with syncprov keeps one CSN for each provider on the suffix. Both bases must lie below such suffixes. */
async function contextCsn(
  connection: Connection,
  root: Entry,
  settings: DirectorySettings,
): Promise<string | undefined> {
  const bases = [settings.users.baseDn, settings.groups.baseDn];
  const suffixes = new Set(bases.map(base => suffixOf(root, base)));
  const found: string[] = [];
  for (const suffix of suffixes) {
    const csns = suffix === undefined ? [] : await readCsns(connection, suffix);
    if (csns.length === 0) return undefined;
    found.push(...csns);
  }
  return found.join(' ');
}

/** The CSN of each provider, sorted; empty if the server has none or the account may not read them. */
export async function readCsns(connection: Connection, base: string): Promise<string[]> {
  const filter = parseFilter('(objectClass=*)');
  const entry = await searchEntry(connection, { base, filter, attributes: ['contextCSN'] });
  return entry ? textsOf(entry, 'contextCSN').toSorted() : [];
}

function suffixOf(root: Entry, base: string): string | undefined {
  const key = dnKey(base);
  return textsOf(root, 'namingContexts').find(suffix => {
    const suffixKey = dnKey(suffix);
    return key !== undefined && suffixKey !== undefined && isUnder(key, suffixKey);
  });
}
