/** A watch remembers a limited number of entries. */
import { describe, expect, it } from 'vitest';
import { hintOf } from '../../../src/directory/watch/hints.ts';
import { uuid } from '../../support/given/values.ts';

const group = (n: number) => ({
  entry: { dn: `cn=${n},dc=test`, bytes: Buffer.alloc(0), start: 0, end: 0, dnStart: 0, dnEnd: 0 },
  id: uuid(n),
  isDeleted: false,
  changedAt: undefined,
});

describe('what a watch remembers', () => {
  it('is bounded, although a server may report any number of entries', () => {
    const places = { dns: new Map(), seen: new Map() };
    for (let n = 0; n < 200_100; n += 1) hintOf(places, group(n), { changedAt: 'entryCSN' });
    expect(places.dns.size).toBe(200_000);
    expect([places.dns.has(uuid(99)), places.dns.has(uuid(100))]).toEqual([false, true]);
  });
});
