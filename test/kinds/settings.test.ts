/** The rules of kinds.test.ts with settings that change how a directory is read. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { DirectorySettings } from '../../src/model/settings.ts';
import { directory } from '../support/given/values.ts';
import { histories, play } from './history.ts';
import type { Features } from './world/organisation.ts';
import { FILTERS, openWorld } from './world/world.ts';

const RUNS = Number(process.env['ROLLCALL_KINDS_RUNS'] ?? 20);
const SEED = Number(process.env['ROLLCALL_KINDS_SEED'] ?? 1);
const LIMIT_MS = 60_000 + RUNS * 500;

interface Variant {
  readonly title: string;
  readonly features: Features;
  readonly settings: Partial<DirectorySettings>;
}

const { users, groups } = directory();
const USERS = { ...users, filter: FILTERS.users };
const GROUPS = { ...groups, filter: FILTERS.groups };

const VARIANTS: readonly Variant[] = [
  { title: 'nested: false', features: { flat: true }, settings: { groups: { ...GROUPS, nested: false } } },
  {
    title: 'outside: lookup',
    features: { lookup: true },
    settings: { users: { ...USERS, outside: 'lookup' } },
  },
  {
    title: 'primaryGroup: true',
    features: { primary: true },
    settings: { groups: { ...GROUPS, primaryGroup: true } },
  },
  { title: 'match: [email]', features: {}, settings: { users: { ...USERS, match: ['email'] } } },
];

describe('any doubt', () => {
  for (const { title, features, settings } of VARIANTS)
    it(
      `is ended by a fact only, and does not keep a leaver, with ${title}`,
      async () => {
        await using world = await openWorld(settings);
        const property = fc.asyncProperty(histories(), history => play(world, history, features));
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
