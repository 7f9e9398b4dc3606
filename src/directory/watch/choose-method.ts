/** Chooses how a server is watched, by what it supports. */
import type { DirectorySettings } from '../../model/settings.ts';
import { type Entry, textsOf } from '../entry/entry.ts';
import { vendorOf } from '../entry/vendor.ts';
import type { Session } from '../session/session.ts';
import type { Method } from './method.ts';
import { NOTIFICATION, notification } from './notification.ts';
import { PERSISTENT_SEARCH, persistentSearch } from './persistent-search.ts';
import { SYNC_REQUEST, syncrepl } from './syncrepl.ts';

/** undefined: the server has no change marker, so it cannot even be polled. */
export function chooseMethod(session: Session, root: Entry, settings: DirectorySettings): Method | undefined {
  if (session.marker === undefined) return undefined;
  if (settings.live === 'poll') return polling();
  const vendor = vendorOf(settings, root);
  const offers = (oid: string) => textsOf(root, 'supportedControl').includes(oid);
  if (vendor === 'activedirectory') return offers(NOTIFICATION) ? notification(session) : polling();
  if (vendor !== '389ds' && vendor !== 'freeipa' && offers(SYNC_REQUEST)) return syncrepl(session);
  return offers(PERSISTENT_SEARCH) ? persistentSearch(session) : polling();
}

/** Searches the changed entries whenever the change marker moves. Deleted entries are not found. */
export function polling(): Method {
  return { mechanism: 'polling', searchEvery: 1, readNotice: () => undefined };
}
