/** Values chosen to fall into one slot of a hash table, against a table with a secret key. */
import { describe, expect, it } from 'vitest';
import {
  addBytes,
  type ByteTable,
  createByteTable,
  findBytes,
} from '../../../src/directory/entry/byte-table.ts';
import { keyedHash } from '../../../src/directory/entry/keyed-hash.ts';

const COUNT = 20_000;
const NO_OWNER = -1;
const CASES = 0x20202020;
const PRIME = 0x01000193;
/** PRIME times this is 1 modulo 2 ** 32, so the last word of a value can be computed. */
const INVERSE = 0x359c449b;

/** FNV-1a over words without its last step, as an earlier version of the table used it. */
function step(hash: number, word: number): number {
  return Math.imul(hash ^ (word | CASES), PRIME);
}

/** Printable values of twelve bytes with the same FNV-1a hash. */
function colliding(count: number): Buffer[] {
  const values: Buffer[] = [];
  const target = 0x12345678;
  const start = Math.imul(0x811c9dc5 ^ NO_OWNER, PRIME);
  for (let serial = 0; values.length < count; serial += 1) {
    const beginning = Buffer.from(serial.toString(36).padStart(8, '0'));
    const before = step(step(start, beginning.readInt32LE(0)), beginning.readInt32LE(4));
    const last = Buffer.alloc(4);
    last.writeInt32LE(Math.imul(target, INVERSE) ^ before);
    if (last.every(byte => byte > 0x20 && byte < 0x7f && (byte & 0x20) !== 0))
      values.push(Buffer.concat([beginning, last]));
  }
  return values;
}

function spelled(bytes: Buffer, owner = NO_OWNER) {
  return { owner, bytes, start: 0, end: bytes.length };
}

function tableOf(values: readonly Buffer[]): ByteTable {
  const all = createByteTable();
  for (const [number, bytes] of values.entries()) addBytes(all, spelled(bytes), number);
  return all;
}

/** The distance of all values from the slots of their hashes: the cost of finding each of them. */
function steps({ slots }: ByteTable): number {
  const size = slots.length / 4;
  let sum = 0;
  for (let slot = 0; slot < size; slot += 1) {
    if (slots[4 * slot + 3] === 0) continue;
    const home = (slots[4 * slot] ?? 0) & (size - 1);
    sum += (slot - home + size) % size;
  }
  return sum;
}

describe('usernames that share one hash without a secret', () => {
  const values = colliding(COUNT);

  it('really share the hash', () => {
    const start = Math.imul(0x811c9dc5 ^ NO_OWNER, PRIME);
    const hashes = values.map(value =>
      step(step(step(start, value.readInt32LE(0)), value.readInt32LE(4)), value.readInt32LE(8)),
    );
    expect(new Set(hashes).size).toBe(1);
    expect(new Set(values.map(value => value.toString('latin1').toLowerCase())).size).toBe(COUNT);
  });

  it('take as many steps in the table as any others (G62)', () => {
    const others = Array.from({ length: COUNT }, (_, index) =>
      Buffer.from(`user${String(index).padStart(8, '0')}`),
    );
    const [made, usual] = [tableOf(values), tableOf(others)];
    expect(steps(made)).toBeLessThan(4 * COUNT);
    expect(steps(usual)).toBeLessThan(4 * COUNT);
    for (const [number, bytes] of values.entries()) expect(findBytes(made, spelled(bytes))).toBe(number);
  });

  it('differ in the keyed hash also if FNV-1a gives both the same hash for any start value (G62)', () => {
    const top = (bytes: Buffer) => {
      const other = Buffer.from(bytes);
      for (const at of [3, 7]) other[at] = (other[at] ?? 0) ^ 0x80;
      return other;
    };
    for (const start of [0, 1, 0x7eadbeef]) {
      const one = values[0] ?? Buffer.alloc(12);
      const fnv = (bytes: Buffer) => step(step(start, bytes.readInt32LE(0)), bytes.readInt32LE(4));
      expect(fnv(one)).toBe(fnv(top(one)));
    }
    const all = createByteTable();
    const same = values.filter(value => hashIn(all, value) === hashIn(all, top(value)));
    expect(same.length).toBeLessThan(3);
  });

  it('fall into different slots in every table: no two tables have the same key (G62)', () => {
    expect(createByteTable().key).not.toEqual(createByteTable().key);
    const places = (all: ByteTable) => values.slice(0, 50).map(bytes => hashIn(all, bytes));
    expect(places(tableOf(values.slice(0, 50)))).not.toEqual(places(tableOf(values.slice(0, 50))));
  });
});

function hashIn({ key }: ByteTable, buffer: Buffer): number {
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  return keyedHash(key, NO_OWNER, { buffer, view }, 0, buffer.length);
}

describe('the hash', () => {
  it('differs with the owner, the length and every bit except that of letter case', () => {
    const all = createByteTable({ k0: 1, k1: 2 });
    const base = Buffer.from('abcdefghijk');
    const seen = new Set([hashIn(all, base)]);
    for (let at = 0; at < base.length; at += 1)
      for (const bit of [1, 2, 4, 8, 16, 64, 128]) {
        const other = Buffer.from(base);
        other[at] = (other[at] ?? 0) ^ bit;
        seen.add(hashIn(all, other));
      }
    for (let length = 0; length < base.length; length += 1) seen.add(hashIn(all, base.subarray(0, length)));
    expect(seen.size).toBe(1 + 7 * base.length + base.length);
    expect(hashIn(all, Buffer.from('ABCDEFGHIJK'))).toBe(hashIn(all, base));
  });
});
