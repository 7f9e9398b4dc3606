/**
 * Change notification of Active Directory (MS-ADTS 3.1.1.3.4.1.9). It reports no deletions unless the account may list
 * CN=Deleted Objects, and the changed entries are searched every few seconds as well.
 */
import { firstText, readEntry } from '../entry/entry.ts';
import { entryId } from '../entry/identity.ts';
import type { Session } from '../session/session.ts';
import { isEntry } from './message-kinds.ts';
import type { Method } from './method.ts';
import { RawControl } from './raw-control.ts';

export const NOTIFICATION = '1.2.840.113556.1.4.528';
const SHOW_DELETED = '1.2.840.113556.1.4.417';
const SEARCH_EVERY_POLLS = 5;

export function notification(session: Session): Method {
  const { idAttribute, changedAt } = session.collection.traits;
  return {
    mechanism: 'notification',
    searchEvery: SEARCH_EVERY_POLLS,
    controls: async () => [new RawControl(NOTIFICATION), new RawControl(SHOW_DELETED)],
    readNotice(frame, operation) {
      if (!isEntry(operation)) return undefined;
      const entry = readEntry(frame);
      const isDeleted = firstText(entry, 'isDeleted')?.toUpperCase() === 'TRUE';
      return { entry, id: entryId(entry, idAttribute), isDeleted, changedAt: firstText(entry, changedAt) };
    },
  };
}
