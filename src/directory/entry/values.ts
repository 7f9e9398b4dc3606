/** Iterates over the values of an attribute in place, without an object for each value. */
import { isUtf8 } from 'node:buffer';
import { Ber, ProtocolOperation } from 'ldapts';
import { type Cursor, enter, leave, SEQUENCE } from '../connection/ber.ts';
import { isSameLetter } from '../syntax/ascii.ts';

/** A list of attributes (RFC 4511 section 4.1.7) whose element lengths have been checked. */
export interface AttributeList {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

export interface Values extends Cursor {
  readonly name: string;
  /** The position of the current value. */
  valueStart: number;
  valueEnd: number;
  /** Where the values of this attribute end, and where the attribute ends. */
  valuesEnd: number;
  attributeEnd: number;
}

/** @param name an attribute name in any letter case, with only those options that the server sent */
export function openValues({ bytes, start, end }: AttributeList, name: string): Values {
  return { bytes, at: start, end, name, valueStart: 0, valueEnd: 0, valuesEnd: start, attributeEnd: start };
}

/**
 * Moves to the next value in the server's order, even if the attribute occurs twice. Returns false after the last
 * value.
 */
export function nextValue(values: Values): boolean {
  while (values.at >= values.valuesEnd) if (!nextAttribute(values)) return false;
  values.valueEnd = enter(values, Ber.OctetString);
  values.valueStart = values.at;
  values.at = values.valueEnd;
  return true;
}

function nextAttribute(values: Values): boolean {
  values.at = values.attributeEnd;
  while (values.at < values.end) {
    values.attributeEnd = enter(values, SEQUENCE);
    const nameEnd = enter(values, Ber.OctetString);
    const isWanted = nameEnd - values.at === values.name.length && startsWith(values, nameEnd, values.name);
    if (isWanted) {
      values.at = nameEnd;
      values.valuesEnd = enter(values, ProtocolOperation.LBER_SET);
      return true;
    }
    values.at = values.attributeEnd;
  }
  return false;
}

/** The attribute descriptions that start with `beginning` (lower case), in lower case and with their options. */
export function attributeNames({ bytes, start, end }: AttributeList, beginning: string): string[] {
  const names: string[] = [];
  const cursor: Cursor = { bytes, at: start, end };
  while (cursor.at < end) {
    const attributeEnd = enter(cursor, SEQUENCE);
    const nameEnd = enter(cursor, Ber.OctetString);
    if (startsWith(cursor, nameEnd, beginning))
      names.push(bytes.toString('latin1', cursor.at, nameEnd).toLowerCase());
    cursor.at = attributeEnd;
  }
  return names;
}

/**
 * Checks all element lengths once, so that later iterations stay within the list.
 * @throws DirectoryError `malformed`
 */
export function checkAttributes({ bytes, start, end }: AttributeList): void {
  const cursor: Cursor = { bytes, at: start, end };
  while (cursor.at < end) {
    const attributeEnd = enter(cursor, SEQUENCE);
    cursor.at = enter(cursor, Ber.OctetString, attributeEnd);
    const valuesEnd = enter(cursor, ProtocolOperation.LBER_SET, attributeEnd);
    while (cursor.at < valuesEnd) cursor.at = enter(cursor, Ber.OctetString, valuesEnd);
    leave(cursor, attributeEnd);
  }
}

/** A value as text; undefined if it is not UTF-8. */
export function textOf({ bytes, valueStart, valueEnd }: Values): string | undefined {
  return decodeText(bytes, valueStart, valueEnd);
}

/**
 * UTF-8 as text; undefined if it is not UTF-8. Decoding inserts U+FFFD for invalid bytes, so only texts with U+FFFD
 * need the full check.
 */
export function decodeText(bytes: Buffer, start: number, end: number): string | undefined {
  const text = bytes.toString('utf8', start, end);
  return text.includes('\uFFFD') && !isUtf8(bytes.subarray(start, end)) ? undefined : text;
}

function startsWith({ bytes, at }: Cursor, end: number, name: string): boolean {
  if (end - at < name.length) return false;
  for (let index = 0; index < name.length; index += 1)
    if (!isSameLetter(bytes[at + index] ?? 0, name.charCodeAt(index))) return false;
  return true;
}
