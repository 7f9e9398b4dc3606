/** Chooses how a server is watched, by what it supports. */
import type { DirectorySettings } from '../../model/settings.ts';
import { type Entry, readEntry, textsOf } from '../entry/entry.ts';
import { entryId } from '../entry/identity.ts';
import { vendorOf } from '../entry/vendor.ts';
import type { Session } from '../session/session.ts';
import { isEntry } from './message-kinds.ts';
import type { Method } from './method.ts';
import { NOTIFICATION, notification } from './notification.ts';
import { PERSISTENT_SEARCH, persistentSearch } from './persistent-search.ts';
import { SYNC_REQUEST, syncrepl } from './syncrepl.ts';

/** undefined: the server has no change marker, so it cannot even be polled. */
export function chooseMethod(session: Session, root: Entry, settings: DirectorySettings): Method | undefined {
  if (session.marker === undefined) return undefined;
  if (settings.live === 'poll') return polling(session);
  const vendor = vendorOf(settings, root);
  const offers = (oid: string) => textsOf(root, 'supportedControl').includes(oid);
  if (vendor === 'activedirectory') return offers(NOTIFICATION) ? notification(session) : polling(session);
  if (vendor !== '389ds' && vendor !== 'freeipa' && offers(SYNC_REQUEST)) return syncrepl(session);
  return offers(PERSISTENT_SEARCH) ? persistentSearch(session) : polling(session);
}

/** Searches the changed entries whenever the change marker moves. Deleted entries are not found. */
export function polling(session: Session): Method {
  const { idAttribute } = session.collection.traits;
  return {
    mechanism: 'polling',
    searchEvery: 1,
    readNotice(frame, operation) {
      if (!isEntry(operation)) return undefined;
      const entry = readEntry(frame);
      return { entry, id: entryId(entry, idAttribute), isDeleted: false };
    },
  };
}
