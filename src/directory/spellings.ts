/**
 * Numbers for byte strings that come again and again: equal bytes, equal number. A member value that is spelled like
 * one before it, as nearly all are, is recognised without becoming a string. (Half a million values: a Map of strings
 * took three times as long.)
 */

export interface Spellings {
  /**
   * Open addressing, at most half full. A slot is four integers side by side, so that one look into memory fetches
   * them all: hash, start and end of the spelling in `bytes`, number + 1 (0: the slot is free).
   */
  slots: Int32Array;
  bytes: Buffer;
  used: number;
  count: number;
}

const SLOT = 4;
const FIRST_SLOTS = 2048;
const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

export function noSpellings(): Spellings {
  return {
    slots: new Int32Array(SLOT * FIRST_SLOTS),
    bytes: Buffer.alloc(32 * FIRST_SLOTS),
    used: 0,
    count: 0,
  };
}

/** The number of these bytes, or undefined when they are new. */
export function findSpelling(all: Spellings, source: Buffer, start: number, end: number): number | undefined {
  const slot = slotOf(all, hashOf(source, start, end), source, start, end);
  const number = (all.slots[slot + 3] ?? 0) - 1;
  return number < 0 ? undefined : number;
}

/** Remembers bytes that were not found. */
export function addSpelling(
  all: Spellings,
  source: Buffer,
  start: number,
  end: number,
  number: number,
): void {
  if (2 * SLOT * all.count >= all.slots.length) doubleSlots(all);
  const to = all.used + end - start;
  if (to > all.bytes.length) all.bytes = Buffer.concat([all.bytes], 2 * to);
  source.copy(all.bytes, all.used, start, end);
  const hash = hashOf(source, start, end);
  fill(all.slots, slotOf(all, hash, source, start, end), hash, all.used, to, number + 1);
  all.used = to;
  all.count += 1;
}

/** The slot that holds these bytes, or the free one where they belong. */
function slotOf(
  { slots, bytes }: Spellings,
  hash: number,
  source: Buffer,
  start: number,
  end: number,
): number {
  let slot = firstSlot(slots, hash);
  while (slots[slot + 3] !== 0) {
    const from = slots[slot + 1] ?? 0;
    const length = (slots[slot + 2] ?? 0) - from;
    if (slots[slot] === hash && length === end - start && isSame(bytes, from, source, start, length))
      return slot;
    slot = nextSlot(slots, slot);
  }
  return slot;
}

function isSame(bytes: Buffer, from: number, source: Buffer, start: number, length: number): boolean {
  for (let at = 0; at < length; at += 1) if (bytes[from + at] !== source[start + at]) return false;
  return true;
}

/** FNV-1a over four bytes a step, because each step waits for the multiplication before it. */
function hashOf(source: Buffer, start: number, end: number): number {
  let hash = OFFSET_BASIS;
  let at = start;
  for (; at + 3 < end; at += 4) hash = Math.imul(hash ^ fourBytes(source, at), PRIME);
  for (; at < end; at += 1) hash = Math.imul(hash ^ (source[at] ?? 0), PRIME);
  return hash ^ (hash >>> 15);
}

function fourBytes(source: Buffer, at: number): number {
  const low = (source[at] ?? 0) | ((source[at + 1] ?? 0) << 8);
  return low | ((source[at + 2] ?? 0) << 16) | ((source[at + 3] ?? 0) << 24);
}

function firstSlot(slots: Int32Array, hash: number): number {
  return (hash & (slots.length / SLOT - 1)) * SLOT;
}

function nextSlot(slots: Int32Array, slot: number): number {
  return slot + SLOT === slots.length ? 0 : slot + SLOT;
}

function doubleSlots(all: Spellings): void {
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
}

/** One by one: `TypedArray.set` takes ten times as long for four numbers. */
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
