/**
 * Content synchronisation (RFC 4533) of OpenLDAP. It begins at the present state: without a cookie, the server would send
 * every entry first, and the size limit of the account would end the search.
 */
import { Ber, BerWriter } from 'ldapts';
import type { ExternalId } from '../../model/snapshot.ts';
import { type Cursor, enter, enterInteger, malformed, SEQUENCE } from '../connection/ber.ts';
import { readIntermediate } from '../connection/result.ts';
import { readEntry } from '../entry/entry.ts';
import { entryId, uuidOfBytes } from '../entry/identity.ts';
import { readCsns } from '../session/change-marker.ts';
import type { Session } from '../session/session.ts';
import { createCovered, newestCsn } from './covered.ts';
import { isEntry, isIntermediate } from './message-kinds.ts';
import type { Method, Notice } from './method.ts';
import { RawControl } from './raw-control.ts';

export const SYNC_REQUEST = '1.3.6.1.4.1.4203.1.9.1.1';
const SYNC_STATE = '1.3.6.1.4.1.4203.1.9.1.2';
const REFRESH_AND_PERSIST = 3;
/** In the sync state control: the entry no longer matches, because it was deleted or because it is hidden. */
const DELETE = 3;
const UUID_BYTES = 16;

export function syncrepl(session: Session): Method {
  const { idAttribute } = session.collection.traits;
  const covered = createCovered();
  const noteCookie = (text: string) => {
    // The end of the refresh phase may have none.
    if (text.includes('csn=')) covered.add(text);
  };
  return {
    mechanism: 'syncrepl',
    searchEvery: 0,
    covers: covered.has,
    async controls({ connection }, context) {
      const csns = await readCsns(connection, context);
      const cookie = `rid=000,csn=${csns.join(';')}`;
      covered.add(cookie);
      return [new RawControl(SYNC_REQUEST, requestValue(cookie))];
    },
    readNotice(frame, operation) {
      if (isIntermediate(operation)) noteCookie(textOf(readIntermediate(frame).value));
      if (!isEntry(operation)) return undefined;
      let state: State | undefined;
      const entry = readEntry(frame, (type, value) => {
        if (type === SYNC_STATE && value !== undefined) state = readState(value);
      });
      if (state === undefined) throw malformed('an entry has no sync state control');
      covered.add(state.cookie);
      return noticeOf(entry, state, idAttribute);
    },
  };
}

interface State {
  readonly state: number;
  readonly uuid: ExternalId;
  readonly cookie: string;
}

function noticeOf(entry: Notice['entry'], { state, uuid, cookie }: State, idAttribute: string): Notice {
  const own = idAttribute.toLowerCase() === 'entryuuid' ? uuid : undefined;
  const id = entryId(entry, idAttribute) ?? own;
  return { entry, id, isDeleted: state === DELETE, changedAt: newestCsn(cookie) };
}

/** SEQUENCE { state ENUMERATED, entryUUID OCTET STRING, cookie OCTET STRING OPTIONAL } */
function readState(value: Cursor): State {
  const end = enter(value, SEQUENCE);
  const state = enterInteger(value, Ber.Enumeration, end);
  const last = enter(value, Ber.OctetString, end);
  const bytes = value.bytes.subarray(value.at, last);
  if (bytes.length !== UUID_BYTES) throw malformed('a sync state has no UUID');
  return { state, uuid: uuidOfBytes(bytes), cookie: textOf({ bytes: value.bytes, at: last, end }) };
}

/** The rest of a value with a cookie in it. */
function textOf(value: Cursor | undefined): string {
  return value === undefined ? '' : value.bytes.toString('latin1', value.at, value.end);
}

function requestValue(cookie: string): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeEnumeration(REFRESH_AND_PERSIST);
  writer.writeString(cookie, Ber.OctetString);
  writer.endSequence();
  return writer.buffer;
}
