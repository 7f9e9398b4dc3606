/**
 * HalfSipHash-1-3 (Aumasson, Bernstein): a 32-bit hash that cannot be predicted without the key. A secret start value
 * alone is not enough: FNV-1a has pairs of values that collide for every start value.
 */

/** Bytes, and a view that reads four of them at once. */
export interface Words {
  readonly buffer: Buffer;
  readonly view: DataView;
}

/** The state of the hash after the key; created once for many values. */
export interface HashKey {
  readonly k0: number;
  readonly k1: number;
}

const [V2, V3, LAST] = [0x6c796765, 0x74656462, 0xff];
const FINAL_ROUNDS = 3;
const CASE = 0x20;
const CASES = 0x20202020;

/** A random key for this process. */
export function randomKey(): HashKey {
  const [k0 = 0, k1 = 0] = crypto.getRandomValues(new Int32Array(2));
  return { k0, k1 };
}

/** The hash of a number and some bytes. Ignores the bit that distinguishes upper and lower case in each byte. */
export function keyedHash(
  { k0, k1 }: HashKey,
  owner: number,
  words: Words,
  start: number,
  end: number,
): number {
  const { view, buffer } = words;
  let [v0, v1, v2, v3] = [k0, k1, k0 ^ V2, k1 ^ V3];
  let word = owner;
  let at = start;
  for (let left = FINAL_ROUNDS + 1; left > 0; ) {
    // The rounds are inlined once: a function with four results takes twice as long.
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
    if (at + 3 < end) {
      word = view.getInt32(at, true) | CASES;
      at += 4;
    } else if (at <= end) {
      word = (end - start) << 24;
      for (let shift = 0; at < end; at += 1, shift += 8) word |= ((buffer[at] ?? 0) | CASE) << shift;
      at = end + 1;
    } else {
      if (left > FINAL_ROUNDS) v2 ^= LAST;
      word = 0;
      left -= 1;
    }
  }
  return v1 ^ v3;
}
