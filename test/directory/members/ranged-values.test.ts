/** Member lists that a server returns in ranges are read completely, or reported as unreadable. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDnTable } from '../../../src/directory/entry/dn-table.ts';
import { createUsernameTable } from '../../../src/directory/entry/username-table.ts';
import { type Ask, readRanges } from '../../../src/directory/members/ranged-values.ts';
import { entry } from '../../support/given/directory-entries.ts';

interface Server {
  /** How many values the server returns at a time. */
  readonly limit: number;
  readonly values: string[];
  change: number;
  /** By search: the change before it is answered. */
  readonly before: ReadonlyMap<number, 'add' | 'remove'>;
  /** By search: the error in the beginning and the end of the range that it names. */
  readonly slips: ReadonlyMap<number, readonly [number, number]>;
}

/** Answers like Active Directory, with the given changes and errors. */
function asking(server: Server): Ask {
  let searches = 0;
  return async attributes => {
    searches += 1;
    happen(server, server.before.get(searches));
    const marker = { uSNChanged: [String(server.change)] };
    const range = /^member(?:;range=(\d+)-\*)?$/.exec(attributes[0] ?? '');
    if (range === null) return entry('cn=g', marker);
    const from = Number(range[1] ?? 0);
    const part = server.values.slice(from, from + server.limit);
    const isLast = from + part.length >= server.values.length;
    const [low, high] = server.slips.get(searches) ?? [0, 0];
    const end = isLast ? '*' : String(from + part.length - 1 + high);
    return entry('cn=g', { member: [], [`member;range=${from + low}-${end}`]: part, ...marker });
  };
}

function happen(server: Server, event: 'add' | 'remove' | undefined): void {
  if (event === undefined) return;
  if (event === 'add') server.values.unshift(`cn=new ${server.change}`);
  else server.values.shift();
  server.change += 1;
}

const slip = fc.constantFrom([0, 0], [1, 0], [-1, 0], [0, 1], [0, -1] as const);
const scripts = fc.record({
  limit: fc.integer({ min: 1, max: 6 }),
  size: fc.integer({ min: 0, max: 30 }),
  before: fc.dictionary(fc.integer({ min: 1, max: 30 }).map(String), fc.constantFrom('add', 'remove'), {
    maxKeys: 3,
  }),
  slips: fc.dictionary(fc.integer({ min: 1, max: 12 }).map(String), slip, { maxKeys: 2 }),
});

function byNumber<T>(record: Readonly<Record<string, T>>): Map<number, T> {
  return new Map(Object.entries(record).map(([key, value]) => [Number(key), value]));
}

describe('reading ranges', () => {
  it('returns all values at one point in time or reports that it cannot, for every server behaviour (C18)', async () => {
    await fc.assert(
      fc.asyncProperty(scripts, async ({ limit, size, before, slips }) => {
        const values = Array.from({ length: size }, (_, index) => `cn=${index}`);
        const server = { limit, values, change: 1, before: byNumber(before), slips: byNumber(slips) };
        const dns = createDnTable();
        const found = await readRanges(asking(server), ['member'], {
          dns,
          usernames: createUsernameTable(),
        });
        if (found.unknown !== undefined) return;
        expect([...found.dns].map(number => dns.texts[number])).toEqual(server.values);
      }),
      { numRuns: 500 },
    );
  });

  it('takes one search for each range, and one to see that nothing changed (F09)', async () => {
    const values = Array.from({ length: 10_000 }, (_, index) => `cn=${index}`);
    const server = { limit: 1500, values, change: 1, before: new Map(), slips: new Map() };
    let searches = 0;
    const ask = asking(server);
    const counting: Ask = attributes => {
      searches += 1;
      return ask(attributes);
    };
    const interners = { dns: createDnTable(), usernames: createUsernameTable() };
    expect((await readRanges(counting, ['member'], interners)).dns).toHaveLength(10_000);
    expect(searches).toBe(7 + 1);
  });
});
