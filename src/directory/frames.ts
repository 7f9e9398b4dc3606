/** Cuts a stream of bytes into LDAP messages (RFC 4511 section 5.1: BER, definite lengths only). */
import { DirectoryError } from '../errors.ts';
import { SEQUENCE } from './ber.ts';

/** One message, where it arrived. */
export interface Frame {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Bytes of a message that has not arrived whole. */
export interface Framing {
  chunks: Buffer[];
  size: number;
  /** What the message needs; 0 while its length is not known. */
  needed: number;
}

/** A page of the largest groups is tens of megabytes; a length beyond this is no LDAP but noise. */
const MAX_MESSAGE = 512 * 1024 * 1024;

export function startFraming(): Framing {
  return { chunks: [], size: 0, needed: 0 };
}

/**
 * The messages that are complete now, in order. Only a message that came in several chunks is copied, once, so that
 * one of many megabytes costs linear time.
 * @throws DirectoryError `malformed` when the bytes are not LDAP
 */
export function takeFrames(framing: Framing, chunk: Buffer): Frame[] {
  if (framing.needed > framing.size + chunk.length) {
    keep(framing, chunk, framing.needed);
    return [];
  }
  const frames: Frame[] = [];
  let bytes = chunk;
  let start = 0;
  if (framing.needed > 0) {
    start = framing.needed - framing.size;
    const whole = joined(framing, chunk.subarray(0, start));
    frames.push({ bytes: whole, start: 0, end: whole.length });
  } else if (framing.size > 0) bytes = joined(framing, chunk);
  let length = messageLength(bytes, start);
  while (length > 0 && start + length <= bytes.length) {
    frames.push({ bytes, start, end: start + length });
    start += length;
    length = messageLength(bytes, start);
  }
  if (start < bytes.length) keep(framing, bytes.subarray(start), length);
  return frames;
}

function keep(framing: Framing, chunk: Buffer, needed: number): void {
  framing.chunks.push(chunk);
  framing.size += chunk.length;
  framing.needed = needed;
}

/** All that was kept, and what follows it; nothing is kept then. */
function joined(framing: Framing, end: Buffer): Buffer {
  const whole = Buffer.concat([...framing.chunks, end]);
  Object.assign(framing, startFraming());
  return whole;
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
