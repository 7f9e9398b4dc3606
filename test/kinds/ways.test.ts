/** The same rules with settings that change what a directory means. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { DirectorySettings } from '../../src/model/settings.ts';
import { directory } from '../support/given/values.ts';
import { histories, play } from './history.ts';
import type { Ways } from './world/town.ts';
import { FILTERS, openWorld } from './world/world.ts';

const RUNS = Number(process.env['ROLLCALL_KINDS_RUNS'] ?? 20);
const SEED = Number(process.env['ROLLCALL_KINDS_SEED'] ?? 1);
const LIMIT_MS = 60_000 + RUNS * 500;

interface Way {
  readonly title: string;
  readonly ways: Ways;
  readonly settings: Partial<DirectorySettings>;
}

const { users, groups } = directory();
const USERS = { ...users, filter: FILTERS.users };
const GROUPS = { ...groups, filter: FILTERS.groups };

const WAYS: readonly Way[] = [
  { title: 'nested: false', ways: { flat: true }, settings: { groups: { ...GROUPS, nested: false } } },
  {
    title: 'outside: lookup',
    ways: { lookup: true },
    settings: { users: { ...USERS, outside: 'lookup' } },
  },
  {
    title: 'primaryGroup: true',
    ways: { primary: true },
    settings: { groups: { ...GROUPS, primaryGroup: true } },
  },
  { title: 'match: [email]', ways: {}, settings: { users: { ...USERS, match: ['email'] } } },
];

describe('any doubt', () => {
  for (const { title, ways, settings } of WAYS)
    it(
      `is ended by a fact only, and does not keep a leaver, with ${title}`,
      async () => {
        await using world = await openWorld(settings);
        const property = fc.asyncProperty(histories(), history => play(world, history, ways));
        const details = await fc.check(property, {
          numRuns: RUNS,
          seed: SEED,
          interruptAfterTimeLimit: LIMIT_MS - 20_000,
        });
        if (!details.failed) return;
        const found = JSON.stringify(details.counterexample?.[0]);
        throw new Error(`ROLLCALL_KINDS_SEED=${details.seed}; keep it: ${found}`, {
          cause: details.errorInstance,
        });
      },
      LIMIT_MS,
    );
});
