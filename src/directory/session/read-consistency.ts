/**
 * Checks that one read comes from one server and one identity. The facts are read at the beginning and the end of every
 * connection.
 */
import { DirectoryError } from '../../errors.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import { type Connection, whoAmI } from '../connection/connect.ts';
import type { Entry } from '../entry/entry.ts';
import { offersWhoAmI, serverName } from '../search/root-dse.ts';
import { markerOf } from './change-marker.ts';
import { compareMarkers, isComparable } from './marker-order.ts';

/** What must not change during a read. */
export interface ServerState {
  /** The server's own name. */
  readonly name: string | undefined;
  /** The identity that the server has bound this connection to, if it reports one. */
  readonly identity: string | undefined;
  readonly marker: string | undefined;
}

/** @throws DirectoryError */
export async function readServerState(
  connection: Connection,
  root: Entry,
  settings: DirectorySettings,
): Promise<ServerState> {
  const identity = offersWhoAmI(root) ? await whoAmI(connection) : undefined;
  return { name: serverName(root), identity, marker: await markerOf(connection, root, settings) };
}

const SEVERAL_SERVERS = {
  fix: 'If several servers share one host name, list each server with its own URL (urls).',
};

/**
 * Adds a state after comparing it with the earlier ones.
 * @throws DirectoryError `interrupted` if the server or the identity differs, or the marker is older
 */
export function addServerState(states: ServerState[], state: ServerState, url: string): void {
  const [first = state] = states;
  if (state.identity !== first.identity) throw identityFailure(url, first.identity, state.identity);
  if (state.name !== first.name) {
    const problem = `${url} reported the server name "${first.name}", and then "${state.name}".`;
    throw new DirectoryError('interrupted', problem, SEVERAL_SERVERS);
  }
  for (const { marker } of states) {
    if (marker === undefined || state.marker === undefined) continue;
    if (compareMarkers(marker, state.marker) !== 'behind') continue;
    const problem = `${url} reported the change marker ${marker}, and then ${state.marker}, which is older.`;
    throw new DirectoryError('interrupted', problem, SEVERAL_SERVERS);
  }
  states.push(state);
}

/** The failure for a changed or anonymous identity. */
export function identityFailure(
  url: string,
  before: string | undefined,
  now: string | undefined,
): DirectoryError {
  const problem = `${url} reported the identity "${before}" at the start of the read, and "${now}" now.`;
  return new DirectoryError('interrupted', problem, SEVERAL_SERVERS);
}

/**
 * Whether the order of the markers is unknown: the server may lack changes that the last complete read saw. undefined: one of
 * the markers is, or does not show its server.
 */
export function isUnrelated(position: string | undefined, marker: string | undefined): boolean | undefined {
  if (position === undefined || marker === undefined) return undefined;
  if (!isComparable(position) || !isComparable(marker)) return undefined;
  return compareMarkers(position, marker) === 'unrelated';
}

/** @throws DirectoryError `server_behind` if the server is behind the last complete read */
export function checkPosition(url: string, position: string | undefined, marker: string | undefined): void {
  if (position === undefined || marker === undefined) return;
  if (compareMarkers(position, marker) !== 'behind') return;
  throw new DirectoryError(
    'server_behind',
    `${url} is at ${marker}, behind the last applied read at ${position}. The server is a replica that lags, or the directory was restored from a backup.`,
    {
      fix: 'Wait until the replica has caught up, or set urls to a server that has. After a restore: rollcall sync DIRECTORY --accept-older --reason TEXT.',
    },
  );
}
