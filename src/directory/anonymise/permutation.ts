/**
 * Permutes sequences of numbers with a key: a Feistel network with HMAC as its round function. Different sequences become different
 * sequences, and without the key no result leads to its input. It needs no memory of what it has permuted.
 */
import { createHmac } from 'node:crypto';

/** `size`: the value is below it, before and after. */
export interface Digit {
  readonly value: number;
  readonly size: number;
}

/**
 * Returns other values of the same sizes. `domain` names what is permuted: each domain has a permutation of its own. Values for
 * which `isAllowed` is false are permuted again, so that allowed values become allowed values.
 */
export type Permute = (
  digits: readonly Digit[],
  domain: string,
  isAllowed?: (values: readonly number[]) => boolean,
) => readonly number[];

const ROUNDS = 8;
/** Of SHA-512. */
const DIGEST_BYTES = 64;
const NUMBER_BYTES = 4;

/** Returns the permutation of a key. */
export function createPermutation(key: Buffer): Permute {
  /** As many numbers as `count`, which depend on all of the others. */
  function randomNumbers(count: number, domain: string, others: readonly number[]): number[] {
    const numbers: number[] = [];
    for (let block = 0; numbers.length < count; block += 1) {
      const digest = createHmac('sha512', key).update(`${domain}/${block}/${others.join()}`).digest();
      for (let at = 0; at < DIGEST_BYTES && numbers.length < count; at += NUMBER_BYTES)
        numbers.push(digest.readUInt32BE(at));
    }
    return numbers;
  }

  function once(values: readonly number[], sizes: readonly number[], domain: string): number[] {
    const middle = values.length >> 1;
    let [left, right] = [values.slice(0, middle), values.slice(middle)];
    const [leftSizes, rightSizes] = [sizes.slice(0, middle), sizes.slice(middle)];
    for (let round = 0; round < ROUNDS; round += 2) {
      left = added(left, leftSizes, randomNumbers(left.length, `${domain}/${round}`, right));
      right = added(right, rightSizes, randomNumbers(right.length, `${domain}/${round + 1}`, left));
    }
    return [...left, ...right];
  }

  return (digits, name, isAllowed = () => true) => {
    const sizes = digits.map(({ size }) => size);
    const domain = `${name}/${sizes.join()}`;
    let values = digits.map(({ value }) => value);
    do values = once(values, sizes, domain);
    while (!isAllowed(values));
    return values;
  };
}

function added(values: readonly number[], sizes: readonly number[], numbers: readonly number[]): number[] {
  return values.map((value, index) => (value + (numbers[index] ?? 0)) % (sizes[index] ?? 1));
}
