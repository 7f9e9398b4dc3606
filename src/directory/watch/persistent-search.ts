/**
 * Persistent search (draft-ietf-ldapext-psearch) of 389 Directory Server and FreeIPA. These servers also offer RFC 4533, which
 * has crashed some of their releases and costs them twice as much for each write.
 */
import { Ber, PersistentSearchControl } from 'ldapts';
import { type Cursor, enter, enterInteger, SEQUENCE, tagAt } from '../connection/ber.ts';
import { firstText, readEntry } from '../entry/entry.ts';
import { entryId } from '../entry/identity.ts';
import type { Session } from '../session/session.ts';
import { isEntry } from './message-kinds.ts';
import type { Method } from './method.ts';

const ENTRY_CHANGE = '2.16.840.1.113730.3.4.7';
export const PERSISTENT_SEARCH: string = PersistentSearchControl.type;
/** add 1, delete 2, modify 4, modDN 8 */
const ALL_CHANGES = 15;
const DELETE = 2;

export function persistentSearch(session: Session): Method {
  const { idAttribute, changedAt } = session.collection.traits;
  const value = { changeTypes: ALL_CHANGES, changesOnly: true, returnECs: true };
  return {
    mechanism: 'persistent search',
    searchEvery: 0,
    controls: async () => [new PersistentSearchControl({ critical: true, value })],
    readNotice(frame, operation) {
      if (!isEntry(operation)) return undefined;
      let change: Change = { type: 0, oldDn: undefined };
      const entry = readEntry(frame, (type, control) => {
        if (type === ENTRY_CHANGE && control !== undefined) change = readChange(control);
      });
      const { type, oldDn } = change;
      const isDeleted = type === DELETE;
      // A deleted entry shows its last change, not its deletion.
      const time = isDeleted ? undefined : firstText(entry, changedAt);
      return { entry, id: entryId(entry, idAttribute), isDeleted, oldDn, changedAt: time };
    },
  };
}

interface Change {
  readonly type: number;
  readonly oldDn: string | undefined;
}

/** SEQUENCE { changeType ENUMERATED, previousDN OCTET STRING OPTIONAL, changeNumber INTEGER OPTIONAL } */
function readChange(value: Cursor): Change {
  const end = enter(value, SEQUENCE);
  const type = enterInteger(value, Ber.Enumeration, end);
  if (tagAt(value, end) !== Ber.OctetString) return { type, oldDn: undefined };
  const last = enter(value, Ber.OctetString, end);
  return { type, oldDn: value.bytes.toString('utf8', value.at, last) };
}
