/** That a read is of one server, at one moment, as one identity: what is asked at both ends of every connection. */
import { DirectoryError } from '../../errors.ts';
import type { DirectorySettings } from '../../model/settings.ts';
import { type Connection, whoAmI } from '../connection/connect.ts';
import type { Entry } from '../entry/entry.ts';
import { offersWhoAmI, serverName } from '../search/root-dse.ts';
import { markerOf } from './change-marker.ts';
import { compareMarkers } from './marker-order.ts';

/** What must not change during a read. */
export interface ServerState {
  /** What the server calls itself. */
  readonly name: string | undefined;
  /** Who we are to the server, where it can say so. */
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
  fix: 'Where several servers answer behind one name, give each of them a URL of its own (urls).',
};

/** @throws DirectoryError `interrupted` when it is another server, or another identity, than in the looks before */
export function addServerState(looks: ServerState[], look: ServerState, url: string): void {
  const [first = look] = looks;
  if (look.identity !== first.identity) throw tookFor(url, first.identity, look.identity);
  if (look.name !== first.name) {
    const problem = `${url} called itself "${first.name}", and then "${look.name}".`;
    throw new DirectoryError('interrupted', problem, SEVERAL_SERVERS);
  }
  for (const { marker } of looks) {
    if (marker === undefined || look.marker === undefined) continue;
    if (compareMarkers(marker, look.marker) !== 'behind') continue;
    const problem = `${url} was at ${marker}, and then at ${look.marker}, which is older.`;
    throw new DirectoryError('interrupted', problem, SEVERAL_SERVERS);
  }
  looks.push(look);
}

/** That the server takes us for another than before, or for nobody. */
export function tookFor(url: string, before: string | undefined, now: string | undefined): DirectoryError {
  const problem = `${url} took us for "${before}", and now for "${now}".`;
  return new DirectoryError('interrupted', problem, SEVERAL_SERVERS);
}

/** @throws DirectoryError `server_behind` when the server has not seen what the last complete read saw */
export function checkPosition(url: string, position: string | undefined, marker: string | undefined): void {
  if (position === undefined || marker === undefined) return;
  if (compareMarkers(position, marker) !== 'behind') return;
  throw new DirectoryError(
    'server_behind',
    `${url} is at ${marker}, behind the last complete read, which was at ${position}: it is a replica that lags, or a directory that was restored from a backup.`,
    {
      fix: 'Wait until the replica has caught up, or set urls to one that has; after a restore: rollcall sync DIRECTORY --accept-older --reason TEXT.',
    },
  );
}
