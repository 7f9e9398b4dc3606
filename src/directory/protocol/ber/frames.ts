/** Splits the bytes of a connection into LDAP messages. */
import { BerReader } from 'ldapts';
import { MalformedMessage } from './values.ts';

/** Requests are small; a client that has not signed in yet may not make the server keep and copy more. */
const largestMessage = 4 * 1024 * 1024;

/** Splits a byte stream into complete LDAP messages; the rest of a chunk waits for the next one. */
export function createFrames(): (chunk: Buffer) => Buffer[] {
  let rest: Buffer = Buffer.alloc(0);
  return chunk => {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const frames: Buffer[] = [];
    for (let size = firstSize(rest); size <= rest.length; size = firstSize(rest)) {
      frames.push(rest.subarray(0, size));
      rest = rest.subarray(size);
    }
    return frames;
  };
}

/** The size of the first message in `bytes`; infinite while its length is unknown. */
function firstSize(bytes: Buffer): number {
  const reader = new BerReader(bytes);
  if (reader.readSequence(0x30) === null) return Number.POSITIVE_INFINITY;
  if (reader.length < 0 || reader.length > largestMessage)
    throw new MalformedMessage('The message is too long');
  return reader.offset + reader.length;
}
