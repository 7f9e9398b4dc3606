/** The values of an attribute, one after the other, where they stand in an entry: without an object for each. */
import { isUtf8 } from 'node:buffer';
import { Ber, ProtocolOperation } from 'ldapts';
import { type Cursor, enter, leave, SEQUENCE } from '../connection/ber.ts';
import { isSameLetter } from '../syntax/ascii.ts';

/** A list of attributes (RFC 4511 section 4.1.7) whose elements were found to fit into each other. */
export interface AttributeList {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

export interface Values extends Cursor {
  readonly name: string;
  /** The value that `nextValue` came to. */
  valueStart: number;
  valueEnd: number;
  /** Where the values of this attribute end, and where the attribute does. */
  valuesEnd: number;
  attributeEnd: number;
}

/** @param name of an attribute, in any letter case, without options that the server did not send */
export function openValues({ bytes, start, end }: AttributeList, name: string): Values {
  return { bytes, at: start, end, name, valueStart: 0, valueEnd: 0, valuesEnd: start, attributeEnd: start };
}

/** Goes on to the next value, in the server's order, also where the attribute comes twice; false after the last. */
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

/** The attribute descriptions that begin so (lower case), themselves in lower case with their options. */
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
 * Walks through a list once, so that no later walk can run out of it.
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

/** A value as text, or undefined where it is no UTF-8. */
export function textOf({ bytes, valueStart, valueEnd }: Values): string | undefined {
  return decodeText(bytes, valueStart, valueEnd);
}

/** UTF-8 as text, or undefined. Decoding puts U+FFFD for what it cannot read, so only texts with it need a second look. */
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
