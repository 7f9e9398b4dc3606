/**
 * Entries that move, are renamed or are created again at any point of a read; values follow at once, and each page has
 * one entry.
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { sample } from '../support/observe/sampling.ts';
import { type History, play } from './history.ts';
import type { Change } from './world/changes.ts';
import { openWorld, type World } from './world/world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld({ pageSize: 1 });
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

/** u1 and u2 in g1, u3 in it through the nested g2; g2 also names people by username. */
const START: Pick<History, 'people' | 'groups'> = {
  people: [0, 1, 0],
  groups: [
    { ou: 0, dns: [0, 1], uids: [], nested: [1] },
    { ou: 1, dns: [2], uids: [0], nested: [] },
  ],
};

const CHANGES: readonly Omit<Change, 'tidy'>[] = [
  { kind: 'movePerson', who: 0, where: 2 },
  { kind: 'movePerson', who: 1, where: 0 },
  { kind: 'renamePerson', who: 2, where: 0 },
  { kind: 'recreate', who: 1, where: 0 },
  { kind: 'moveGroup', who: 0, where: 1 },
  { kind: 'renameGroup', who: 0, where: 1 },
  { kind: 'renameGroup', who: 0, where: 0 },
];
/** More searches than a read and its further looks make. */
const MAX_SEARCHES = 40;
const { first: FIRST, step: STEP } = sample(4);

describe('at any point of a read', () => {
  // Every second one shows a change marker.
  for (const [number, change] of CHANGES.entries()) {
    const marked = number % 2 === 0;
    it(`${change.kind} ${change.who}/${change.where} removes no member, ${marked ? 'with' : 'without'} a change marker (G05, G06, G08)`, async () => {
      for (let at = FIRST; at <= MAX_SEARCHES; at += STEP) {
        const moments = [{ at, change: { ...change, tidy: true } }];
        await play(world, { ...START, marked, steps: [{ changes: [], doubts: [], moments }] });
      }
    });
  }
});
