/**
 * Reads the messages other than entries. Does not use the readers of ldapts: they loop forever on a truncated element,
 * and they accept an answer without a result code. Here every element must fit into its parent.
 */
import { Ber, PagedResultsControl, ProtocolOperation } from 'ldapts';
import {
  CONTROLS,
  type Cursor,
  enter,
  enterAddition,
  enterInteger,
  leave,
  malformed,
  SEQUENCE,
  tagAt,
} from './ber.ts';
import type { Frame } from './frames.ts';
import { type Limits, tooLarge } from './limits.ts';
import { type PasswordNotice, passwordNotice } from './password-notice.ts';

/** The message that ends an exchange: an LDAPResult (RFC 4511 section 4.1.9) with the additions of some operations. */
export interface Result {
  /** The result code. */
  readonly status: number;
  /** Truncated to a readable length. */
  readonly errorMessage: string;
  /** responseValue of an extended operation, as text. */
  readonly value: string | undefined;
  /** From the paged results control (RFC 2696); undefined if the answer has none. */
  readonly cookie: Buffer | undefined;
  /** From the controls of an answer to a bind. */
  readonly password: PasswordNotice | undefined;
}

const RESPONSE_VALUE = 0x8b;
const LONGEST_DIAGNOSTIC = 1024;

/**
 * Id and operation of a message; operation is undefined if the message ends before it. @throws DirectoryError
 * `malformed`
 */
export function readEnvelope(frame: Frame): { readonly id: number; readonly operation: number | undefined } {
  const cursor: Cursor = { bytes: frame.bytes, at: frame.start, end: frame.end };
  enter(cursor, SEQUENCE);
  const id = enterInteger(cursor, Ber.Integer);
  return { id, operation: tagAt(cursor, cursor.end) };
}

/**
 * Reads the whole result message of an operation.
 * @throws DirectoryError `malformed`, also if the result has no code
 */
export function readResult(frame: Frame, operation: number, limits: Limits): Result {
  const cursor = enterMessage(frame);
  const end = enter(cursor, operation);
  const status = enterInteger(cursor, Ber.Enumeration, end);
  cursor.at = enter(cursor, Ber.OctetString, end);
  const textEnd = enter(cursor, Ber.OctetString, end);
  const shownEnd = Math.min(textEnd, cursor.at + LONGEST_DIAGNOSTIC);
  const errorMessage = frame.bytes.toString('utf8', cursor.at, shownEnd);
  cursor.at = textEnd;
  const value = readValue(cursor, end, limits);
  return { status, errorMessage, value, ...readAnswerControls(cursor, limits) };
}

/**
 * The URIs of a continuation reference (RFC 4511 section 4.5.3), at least one.
 * @throws DirectoryError `malformed`, also if one is longer than a value may be
 */
export function readReference(frame: Frame, limits: Limits): string[] {
  const cursor = enterMessage(frame);
  const end = enter(cursor, ProtocolOperation.LDAP_RES_SEARCH_REF);
  const uris: string[] = [];
  while (tagAt(cursor, end) === Ber.OctetString) {
    const last = enter(cursor, Ber.OctetString, end);
    uris.push(textBefore(cursor, last, 'a reference', limits));
    cursor.at = last;
  }
  if (uris.length === 0) throw malformed('a reference names no server');
  leave(cursor, end);
  leaveMessage(cursor);
  return uris;
}

/** Receives the type and the value of a control. */
export type OnControl = (type: string, value: Cursor | undefined) => void;

/** Reads the end of a message after its operation: controls or nothing. @throws DirectoryError `malformed` */
export function leaveMessage(cursor: Cursor, onControl: OnControl = () => {}): void {
  if (tagAt(cursor, cursor.end) === CONTROLS) readControls(cursor, onControl);
  leave(cursor, cursor.end);
}

/** The operation of an intermediate response. */
export const INTERMEDIATE = 0x79;
const RESPONSE_NAME = 0x80;
const INTERMEDIATE_VALUE = 0x81;

/**
 * The name and the value of an intermediate response (RFC 4511 section 4.13).
 * @throws DirectoryError `malformed`
 */
export function readIntermediate(frame: Frame): {
  readonly name: string | undefined;
  readonly value: Cursor | undefined;
} {
  const cursor = enterMessage(frame);
  const { bytes } = cursor;
  const end = enter(cursor, INTERMEDIATE);
  let name: string | undefined;
  let value: Cursor | undefined;
  while (cursor.at < end) {
    const tag = tagAt(cursor, end);
    const last = enterAddition(cursor, end);
    if (tag === RESPONSE_NAME) name = bytes.toString('latin1', cursor.at, last);
    if (tag === INTERMEDIATE_VALUE) value = { bytes, at: cursor.at, end: last };
    cursor.at = last;
  }
  leaveMessage(cursor);
  return { name, value };
}

function enterMessage({ bytes, start, end }: Frame): Cursor {
  const cursor: Cursor = { bytes, at: start, end };
  enter(cursor, SEQUENCE);
  enterInteger(cursor, Ber.Integer);
  return cursor;
}

/** Finds the response value and skips referral, credentials and other additions to the result. */
function readValue(cursor: Cursor, end: number, limits: Limits): string | undefined {
  let value: string | undefined;
  while (cursor.at < end) {
    const isValue = tagAt(cursor, end) === RESPONSE_VALUE;
    const last = enterAddition(cursor, end);
    if (isValue) value = textBefore(cursor, last, 'a response value', limits);
    cursor.at = last;
  }
  return value;
}

function readAnswerControls(cursor: Cursor, limits: Limits): Pick<Result, 'cookie' | 'password'> {
  let cookie: Buffer | undefined;
  let password: PasswordNotice | undefined;
  if (tagAt(cursor, cursor.end) === CONTROLS)
    readControls(cursor, (type, value) => {
      if (type === PagedResultsControl.type) cookie = cookieIn(value, limits);
      else password = { ...password, ...passwordNotice(type, value) };
    });
  leave(cursor, cursor.end);
  return { cookie, password };
}

/** The control value is a BER message inside an octet string. */
function cookieIn(value: Cursor | undefined, limits: Limits): Buffer {
  if (value === undefined) throw malformed('the paged results control has no value');
  const end = enter(value, SEQUENCE);
  value.at = enter(value, Ber.Integer, end);
  const last = enter(value, Ber.OctetString, end);
  requireShort(last - value.at, 'a paging cookie', limits);
  // Copies the cookie: a subarray would keep the whole message in memory until the next page arrives.
  const cookie = Buffer.from(value.bytes.subarray(value.at, last));
  value.at = last;
  leave(value, end);
  if (end !== value.end) throw malformed('the paged results control has bytes after its end');
  return cookie;
}

/** Controls (RFC 4511 section 4.1.11). */
function readControls(cursor: Cursor, onControl: OnControl): void {
  const { bytes } = cursor;
  const listEnd = enter(cursor, CONTROLS);
  while (cursor.at < listEnd) {
    const end = enter(cursor, SEQUENCE, listEnd);
    const typeEnd = enter(cursor, Ber.OctetString, end);
    const type = bytes.toString('latin1', cursor.at, typeEnd);
    cursor.at = typeEnd;
    if (tagAt(cursor, end) === Ber.Boolean) cursor.at = enter(cursor, Ber.Boolean, end);
    const valueEnd = cursor.at < end ? enter(cursor, Ber.OctetString, end) : undefined;
    onControl(type, valueEnd === undefined ? undefined : { bytes, at: cursor.at, end: valueEnd });
    cursor.at = valueEnd ?? end;
    leave(cursor, end);
  }
}

function textBefore({ bytes, at }: Cursor, end: number, what: string, limits: Limits): string {
  requireShort(end - at, what, limits);
  return bytes.toString('utf8', at, end);
}

function requireShort(bytes: number, what: string, { maxValueBytes }: Limits): void {
  if (bytes > maxValueBytes) throw tooLarge(`${what} has ${bytes} bytes`, 'maxValueSize', `${maxValueBytes}`);
}
