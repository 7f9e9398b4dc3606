/** Changes to bytes, as a broken or a hostile server might make them. */
import type { Random } from '../../dev/organisation/generate/random.ts';

type Mutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

/** Lengths and numbers that often break decoders. */
const EDGES = [0x00, 0x01, 0x7f, 0x80, 0x81, 0x82, 0x84, 0x88, 0xfe, 0xff];
/** A longer answer is refused, which another test shows. */
const LONGEST = 4 * 1024 * 1024;
const TAGS = [0x02, 0x04, 0x0a, 0x30, 0x31, 0x61, 0x64, 0x65, 0x73, 0x78, 0x79, 0x80, 0x87, 0x8b, 0xa0, 0xa3];

const MUTATIONS: readonly Mutation[] = [
  (bytes, random) => withByte(bytes, random, () => random.below(256)),
  (bytes, random) => withByte(bytes, random, byte => byte ^ (1 << random.below(8))),
  (bytes, random) => withByte(bytes, random, () => random.pick(EDGES)),
  (bytes, random) => withByte(bytes, random, () => random.pick(TAGS)),
  (bytes, random) => withByte(bytes, random, byte => byte + random.pick([-2, -1, 1, 2])),
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => spliced(bytes, random, Buffer.alloc(0)),
  (bytes, random) => spliced(bytes, random, Buffer.from([random.pick(TAGS), random.pick(EDGES)])),
  (bytes, random) => spliced(bytes, random, Buffer.from([0x84, 0x7f, 0xff, 0xff, 0xff])),
  (bytes, random) => spliced(bytes, random, Buffer.alloc(random.below(5_000), random.below(256))),
  (bytes, random) => {
    const [start, end] = range(bytes, random);
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
  },
  (bytes, random) => repeated(bytes, 2 + random.below(300)),
  (_, random, other) => other.subarray(0, other.length - random.below(2)),
  (bytes, random, other) => {
    const [start, end] = range(other, random);
    return spliced(bytes, random, other.subarray(start, end));
  },
];

/** The bytes after one to three changes; `other`: an answer to something else. */
export function mutated(bytes: Buffer, random: Random, other: Buffer): Buffer {
  let changed = bytes;
  for (let left = 1 + random.below(3); left > 0; left -= 1)
    changed = random.pick(MUTATIONS)(changed, random, other);
  return random.chance(0.7) ? fitted(changed) : changed;
}

/** Corrects a short length of the first message, so that its contents are decoded. */
function fitted(bytes: Buffer): Buffer {
  if (bytes.length < 2 || bytes.length > 129) return bytes;
  const whole = Buffer.from(bytes);
  whole[1] = bytes.length - 2;
  return whole;
}

function repeated(bytes: Buffer, times: number): Buffer {
  const most = Math.max(1, Math.floor(LONGEST / Math.max(1, bytes.length)));
  return Buffer.concat(Array.from({ length: Math.min(times, most) }, () => bytes));
}

function withByte(bytes: Buffer, random: Random, change: (byte: number) => number): Buffer {
  if (bytes.length === 0) return bytes;
  const changed = Buffer.from(bytes);
  const at = random.below(bytes.length);
  changed[at] = change(bytes[at] ?? 0);
  return changed;
}

/** In place of some bytes, or between two. */
function spliced(bytes: Buffer, random: Random, inserted: Buffer): Buffer {
  const [start, end] = range(bytes, random);
  return Buffer.concat([
    bytes.subarray(0, start),
    inserted,
    bytes.subarray(random.chance(0.5) ? end : start),
  ]);
}

function range(bytes: Buffer, random: Random): readonly [number, number] {
  const start = random.below(bytes.length + 1);
  return [start, Math.min(bytes.length, start + random.below(20))];
}
