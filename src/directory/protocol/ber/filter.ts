/** Decodes the filter of a search request. */
import type { BerReader } from 'ldapts';
import type { Comparison, Extensible, Filter, Substrings } from '../filter.ts';
import { enter, MalformedMessage, present, readAll, readBytes, readText } from './values.ts';

/** Reads a search filter (RFC 4511 section 4.5.1.7). Throws MalformedMessage for an unknown kind. */
export function readFilter(reader: BerReader): Filter {
  const tag = present(reader.peek());
  switch (tag) {
    case 0xa0:
      return { kind: 'and', filters: readAll(reader, tag, () => readFilter(reader)) };
    case 0xa1:
      return { kind: 'or', filters: readAll(reader, tag, () => readFilter(reader)) };
    case 0xa2:
      enter(reader, tag);
      return { kind: 'not', filter: readFilter(reader) };
    case 0xa3:
      return readComparison(reader, 'equal');
    case 0xa4:
      return readSubstrings(reader);
    case 0xa5:
      return readComparison(reader, 'greaterOrEqual');
    case 0xa6:
      return readComparison(reader, 'lessOrEqual');
    case 0x87:
      return { kind: 'present', attribute: readText(reader, tag) };
    case 0xa8:
      return readComparison(reader, 'approx');
    case 0xa9:
      return readExtensible(reader);
    default:
      throw new MalformedMessage(`0x${tag.toString(16)} is no kind of search filter`);
  }
}

function readComparison(reader: BerReader, kind: Comparison['kind']): Comparison {
  enter(reader);
  return { kind, attribute: readText(reader), value: readBytes(reader) };
}

function readSubstrings(reader: BerReader): Substrings {
  enter(reader);
  const attribute = readText(reader);
  const parts = readAll(reader, 0x30, () => readTagged(reader));
  const tagged = (tag: number) => parts.filter(part => part.tag === tag).map(part => part.value);
  return {
    kind: 'substrings',
    attribute,
    initial: tagged(0x80)[0],
    any: tagged(0x81),
    final: tagged(0x82)[0],
  };
}

function readExtensible(reader: BerReader): Extensible {
  const parts = readAll(reader, 0xa9, () => readTagged(reader));
  const tagged = (tag: number) => parts.find(part => part.tag === tag)?.value ?? Buffer.alloc(0);
  return {
    kind: 'extensible',
    rule: tagged(0x81).toString(),
    attribute: tagged(0x82).toString(),
    value: tagged(0x83),
  };
}

function readTagged(reader: BerReader): { tag: number; value: Buffer } {
  const tag = present(reader.peek());
  return { tag, value: readBytes(reader, tag) };
}
