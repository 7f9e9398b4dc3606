/** Splits a stream of bytes into LDAP messages (RFC 4511 section 5.1: BER, definite lengths only). */
import { DirectoryError } from '../../errors.ts';
import { SEQUENCE } from './ber.ts';
import { tooLarge } from './limits.ts';

/** One complete message, as a range of the buffer in which it arrived. */
export interface Frame {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** The bytes of an incomplete message. */
export interface Framing {
  readonly maxMessageBytes: number;
  /** The message so far, allocated at its full size when its length is known. */
  message: Buffer;
  /** How many bytes of it have arrived. */
  size: number;
  /** How many bytes the message has; 0 while its length is unknown. */
  needed: number;
}

const MAX_MESSAGE = 32 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);

export function createFraming(maxMessageBytes = MAX_MESSAGE): Framing {
  return { maxMessageBytes, message: NOTHING, size: 0, needed: 0 };
}

/**
 * Returns the messages that are complete now, in order. Only a message that came in several chunks is copied, once. So
 * a message of many megabytes costs linear time and its own size, even if the chunks are small.
 * @throws DirectoryError `malformed` if the bytes are not LDAP, or a message is larger than the limit
 */
export function takeFrames(framing: Framing, chunk: Buffer): Frame[] {
  const frames: Frame[] = [];
  let bytes = chunk;
  let start = 0;
  if (framing.needed > 0) {
    start = chunk.copy(framing.message, framing.size, 0, framing.needed - framing.size);
    framing.size += start;
    if (framing.size < framing.needed) return [];
    frames.push({ bytes: framing.message, start: 0, end: framing.needed });
  } else if (framing.size > 0) bytes = Buffer.concat([framing.message, chunk]);
  keep(framing, NOTHING, 0);
  let length = messageLength(framing, bytes, start);
  while (length > 0 && start + length <= bytes.length) {
    frames.push({ bytes, start, end: start + length });
    start += length;
    length = messageLength(framing, bytes, start);
  }
  if (start < bytes.length) keep(framing, bytes.subarray(start), length);
  return frames;
}

/** Keeps the beginning of a message in a buffer of the message's size. */
function keep(framing: Framing, beginning: Buffer, needed: number): void {
  framing.message = needed === 0 ? beginning : Buffer.allocUnsafe(needed);
  if (needed > 0) beginning.copy(framing.message);
  framing.size = beginning.length;
  framing.needed = needed;
}

/** The length of header and content of the message at `at`; 0 while the header is incomplete. */
function messageLength({ maxMessageBytes }: Framing, bytes: Buffer, at: number): number {
  if (at < bytes.length && bytes[at] !== SEQUENCE)
    throw malformed('a message does not begin with a sequence');
  if (bytes.length - at < 2) return 0;
  const short = bytes[at + 1] ?? 0;
  if (short < 0x80) return 2 + short;
  const octets = short & 0x7f;
  if (octets === 0 || octets > 6) throw malformed('a message has no usable length');
  if (bytes.length - at < 2 + octets) return 0;
  const length = bytes.readUIntBE(at + 2, octets);
  if (length > maxMessageBytes)
    throw tooLarge(`a message of ${length} bytes is announced`, 'maxMessageSize', `${maxMessageBytes}`);
  return 2 + octets + length;
}

function malformed(what: string): DirectoryError {
  return new DirectoryError('malformed', `The server sent invalid LDAP: ${what}.`);
}
