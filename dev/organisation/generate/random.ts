/** Seeded random choices and UUIDs. */
import { createHash } from 'node:crypto';

/** A stream of choices that is the same for the same seed, on every machine. */
export interface Random {
  /** An integer from 0 up to, not including, `limit`. */
  below(limit: number): number;
  chance(probability: number): boolean;
  /** One item; RangeError when there is none. */
  pick<T>(list: readonly T[]): T;
  /** `count` different items (all if there are fewer), in an arbitrary order. */
  sample<T>(list: readonly T[], count: number): T[];
  /** One of the values, with the probability of its weight. */
  weighted<T>(choices: readonly (readonly [T, number])[]): T;
}

/** Numbers in [0, 1) by sfc32 (Chris Doty-Humphrey, PractRand), seeded with the SHA-256 of a text. */
function sfc32(seed: string): () => number {
  const digest = createHash('sha256').update(seed).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = digest.readInt32LE(12);
  return () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
}

/** Floyd's sampling: one draw for each item, for a list of any length. */
function sampleIndexes(draw: (limit: number) => number, length: number, count: number): Set<number> {
  const chosen = new Set<number>();
  for (let limit = Math.max(0, length - count); limit < length; limit += 1) {
    const index = draw(limit + 1);
    chosen.add(chosen.has(index) ? limit : index);
  }
  return chosen;
}

function itemAt<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`there is no item ${index} in a list of ${list.length}`);
  return item;
}

/** Choices seeded with a text. Different texts give independent streams. */
export function randomFrom(seed: string): Random {
  const next = sfc32(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    chance: probability => next() < probability,
    pick: list => itemAt(list, below(list.length)),
    sample: (list, count) => [...sampleIndexes(below, list.length, count)].map(index => itemAt(list, index)),
    weighted: choices => {
      let rest = next() * choices.reduce((sum, [, weight]) => sum + weight, 0);
      const chosen = choices.findIndex(([, weight]) => {
        rest -= weight;
        return rest < 0;
      });
      return itemAt(choices, chosen)[0];
    },
  };
}

/** A UUID (RFC 9562 version 8: custom) that is a function of a text. */
export function uuidFrom(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
