/** Cuts a stream of bytes into LDAP messages (RFC 4511 section 5.1: BER, definite lengths only). */
import { DirectoryError } from '../errors.ts';

/** Bytes of a message that has not arrived whole. */
export interface Framing {
  chunks: Buffer[];
  size: number;
  /** What the first message needs; 0 while its length is not known. */
  needed: number;
}

/** A page of the largest groups is tens of megabytes; a length beyond this is no LDAP but noise. */
const MAX_MESSAGE = 512 * 1024 * 1024;
const SEQUENCE = 0x30;

export function startFraming(): Framing {
  return { chunks: [], size: 0, needed: 0 };
}

/**
 * The messages that are complete now, in order. Joins chunks once a message, not once a chunk, so that one message of
 * many megabytes costs linear time.
 * @throws DirectoryError `malformed` when the bytes are not LDAP
 */
export function takeFrames(framing: Framing, chunk: Buffer): Buffer[] {
  framing.chunks.push(chunk);
  framing.size += chunk.length;
  if (framing.size < framing.needed) return [];
  const [first = chunk] = framing.chunks;
  const bytes = framing.chunks.length === 1 ? first : Buffer.concat(framing.chunks, framing.size);
  const frames: Buffer[] = [];
  let at = 0;
  let length = messageLength(bytes, at);
  while (length > 0 && at + length <= bytes.length) {
    frames.push(bytes.subarray(at, at + length));
    at += length;
    length = messageLength(bytes, at);
  }
  const rest = bytes.subarray(at);
  Object.assign(framing, { chunks: rest.length > 0 ? [rest] : [], size: rest.length, needed: length });
  return frames;
}

/** Header and content of the message that begins at `at`; 0 while the header is incomplete. */
function messageLength(bytes: Buffer, at: number): number {
  if (bytes.length - at < 2) return 0;
  if (bytes[at] !== SEQUENCE) throw malformed('a message does not begin with a sequence');
  const short = bytes[at + 1] ?? 0;
  if (short < 0x80) return 2 + short;
  const octets = short & 0x7f;
  if (octets === 0 || octets > 6) throw malformed('a message has no usable length');
  if (bytes.length - at < 2 + octets) return 0;
  const length = bytes.readUIntBE(at + 2, octets);
  if (length > MAX_MESSAGE) throw malformed(`a message of ${length} bytes is announced`);
  return 2 + octets + length;
}

function malformed(what: string): DirectoryError {
  return new DirectoryError('malformed', `The server does not speak LDAP as it should: ${what}.`);
}
