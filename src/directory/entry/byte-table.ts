/**
 * Assigns numbers to repeated byte strings. Byte strings have the same number if they belong to the same owner and are
 * equal except for the case of ASCII letters. A member value that is spelled like an earlier one, as nearly all are, is
 * recognised without becoming a string. (Half a million values: a Map of strings took three times as long.)
 */
import { isSameLetter } from '../syntax/ascii.ts';
import { type HashKey, keyedHash, randomKey, type Words } from './keyed-hash.ts';

export interface ByteTable {
  readonly key: HashKey;
  /**
   * Open addressing, at most three quarters full. A slot is four adjacent integers, so that one memory access fetches
   * them all: hash, start and end of the spelling in `bytes`, number + 1 (0: the slot is free).
   */
  slots: Int32Array;
  /** Each spelling, preceded by the four bytes of its owner. */
  bytes: Words;
  /** The buffer of the last query: consecutive queries usually refer to one message. */
  asked: Words;
  /** The slot of the last match: most members of a group have the same parent, which then needs no hash. */
  recent: number;
  used: number;
  count: number;
}

/** A byte range and the number of its owner. */
export interface ByteKey {
  readonly owner: number;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

const SLOT = 4;
const FIRST_SLOTS = 2048;
const OWNER = 4;

/**
 * @param key a secret; without it, an attacker can choose values that all fall into one slot, and the table takes
 * quadratic time
 */
export function createByteTable(key = randomKey()): ByteTable {
  const bytes = wordsOf(Buffer.alloc(32 * FIRST_SLOTS));
  return {
    key,
    slots: new Int32Array(SLOT * FIRST_SLOTS),
    bytes,
    asked: bytes,
    recent: 0,
    used: 0,
    count: 0,
  };
}

/** The number of these bytes; undefined if they are new. */
export function findBytes(all: ByteTable, spelling: ByteKey): number | undefined {
  readWords(all, spelling);
  const { slots, recent } = all;
  if (isAt(all, recent, spelling)) return (slots[recent + 3] ?? 0) - 1;
  const slot = slotOf(all, keyedHashOf(all, spelling), spelling);
  if (slots[slot + 3] === 0) return undefined;
  all.recent = slot;
  return (slots[slot + 3] ?? 0) - 1;
}

/** Whether the slot, which may be free, contains these bytes. */
function isAt(all: ByteTable, slot: number, spelling: ByteKey): boolean {
  const { slots } = all;
  const from = slots[slot + 1] ?? 0;
  const isLong = (slots[slot + 2] ?? 0) - from === spelling.end - spelling.start;
  return isLong && slots[slot + 3] !== 0 && isSame(all, from, spelling);
}

/** Adds the bytes unless the table has them. */
export function addBytes(all: ByteTable, spelling: ByteKey, number: number): void {
  if (4 * SLOT * all.count >= 3 * all.slots.length) doubleSlots(all);
  readWords(all, spelling);
  const hash = keyedHashOf(all, spelling);
  const slot = slotOf(all, hash, spelling);
  if (all.slots[slot + 3] !== 0) return;
  const { owner, bytes, start, end } = spelling;
  const from = all.used + OWNER;
  const to = from + end - start;
  if (to > all.bytes.buffer.length) all.bytes = wordsOf(Buffer.concat([all.bytes.buffer], 2 * to));
  all.bytes.buffer.writeInt32LE(owner, all.used);
  bytes.copy(all.bytes.buffer, from, start, end);
  fill(all.slots, slot, hash, from, to, number + 1);
  all.used = to;
  all.count += 1;
}

function wordsOf(buffer: Buffer): Words {
  return { buffer, view: new DataView(buffer.buffer, buffer.byteOffset, buffer.length) };
}

/** The slot that contains these bytes, or the free slot where they belong. */
function slotOf(all: ByteTable, hash: number, spelling: ByteKey): number {
  const { slots } = all;
  let slot = firstSlot(slots, hash);
  while (slots[slot + 3] !== 0) {
    if (slots[slot] === hash && isAt(all, slot, spelling)) return slot;
    slot = nextSlot(slots, slot);
  }
  return slot;
}

function isSame({ bytes, asked }: ByteTable, from: number, { owner, start, end }: ByteKey): boolean {
  if (bytes.view.getInt32(from - OWNER, true) !== owner) return false;
  let at = start;
  for (; at + 3 < end; at += 4) {
    const word = bytes.view.getInt32(from + at - start, true);
    if (word !== asked.view.getInt32(at, true) && !areSame(bytes, from + at - start, asked, at, at + 4))
      return false;
  }
  return areSame(bytes, from + at - start, asked, at, end);
}

function areSame(bytes: Words, from: number, asked: Words, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1)
    if (!isSameLetter(bytes.buffer[from + at - start] ?? 0, asked.buffer[at] ?? 0)) return false;
  return true;
}

function readWords(all: ByteTable, { bytes }: ByteKey): void {
  if (all.asked.buffer !== bytes) all.asked = wordsOf(bytes);
}

function keyedHashOf({ key, asked }: ByteTable, { owner, start, end }: ByteKey): number {
  return keyedHash(key, owner, asked, start, end);
}

function firstSlot(slots: Int32Array, hash: number): number {
  return (hash & (slots.length / SLOT - 1)) * SLOT;
}

function nextSlot(slots: Int32Array, slot: number): number {
  return slot + SLOT === slots.length ? 0 : slot + SLOT;
}

function doubleSlots(all: ByteTable): void {
  const before = all.slots;
  const after = new Int32Array(2 * before.length);
  for (let slot = 0; slot < before.length; slot += SLOT) {
    if (before[slot + 3] === 0) continue;
    const hash = before[slot] ?? 0;
    let free = firstSlot(after, hash);
    while (after[free + 3] !== 0) free = nextSlot(after, free);
    fill(after, free, hash, before[slot + 1] ?? 0, before[slot + 2] ?? 0, before[slot + 3] ?? 0);
  }
  all.slots = after;
  all.recent = 0;
}

/** Sets them one by one: `TypedArray.set` takes ten times as long for four numbers. */
function fill(
  slots: Int32Array,
  slot: number,
  hash: number,
  start: number,
  end: number,
  number: number,
): void {
  slots[slot] = hash;
  slots[slot + 1] = start;
  slots[slot + 2] = end;
  slots[slot + 3] = number;
}
