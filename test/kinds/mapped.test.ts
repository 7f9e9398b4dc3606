/**
 * Reading the mapped groups alone gives the same as reading everything: two applications follow the same directory, through random
 * changes and faults. ROLLCALL_KINDS_RUNS and ROLLCALL_KINDS_SEED play more.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mapping } from '../support/given/values.ts';
import { change } from './case.ts';
import { type History, histories, organisationOf } from './history.ts';
import { openWorld, type World } from './world/world.ts';

const RUNS = Number(process.env['ROLLCALL_KINDS_RUNS'] ?? 20);
const SEED = Number(process.env['ROLLCALL_KINDS_SEED'] ?? 1);
const LIMIT_MS = 60_000 + RUNS * 1_000;
/** The groups that begin with g2 or g3 are not mapped. */
const settings = { mappings: [mapping({ groups: { filter: '(!(|(cn=g2*)(cn=g3*)))' } })] };
const QUIET = { doubts: [], moments: [] };

it(
  'reading the mapped groups alone gives the memberships, links and doubts of reading everything',
  async () => {
    await using whole = await openWorld(settings);
    await using mapped = await openWorld(settings);
    let kept = 0;
    const details = await fc.check(
      fc.asyncProperty(histories(), async history => {
        await playIn(whole, history, false);
        kept += await playIn(mapped, history, true);
        expect(resultOf(mapped).members).toEqual(resultOf(whole).members);
        for (const world of [whole, mapped]) await world.run(QUIET);
        expect(resultOf(mapped)).toEqual(resultOf(whole));
      }),
      { numRuns: RUNS, seed: SEED, interruptAfterTimeLimit: LIMIT_MS - 20_000 },
    );
    if (details.failed)
      throw new Error(`ROLLCALL_KINDS_SEED=${details.seed}: ${JSON.stringify(details.counterexample?.[0])}`, {
        cause: details.errorInstance,
      });
    expect(kept).toBeGreaterThan(RUNS);
  },
  LIMIT_MS,
);

/**
 * Plays the history without changes during a read. Then a person is deleted, and two reads follow. Only a read of everything
 * finds an entry outside of the mapped groups that copies the identity of a member. Returns how many runs read the mapped groups alone.
 */
async function playIn(world: World, history: History, isMapped: boolean): Promise<number> {
  world.begin(organisationOf(history), history);
  let kept = 0;
  const steps = [
    { changes: [change('join', 0, 0)], ...QUIET },
    ...history.steps,
    { changes: [change('remove', 0, 0)], ...QUIET },
    { changes: [], ...QUIET },
  ];
  for (const { changes, doubts } of steps) {
    for (const each of changes) if (each.kind !== 'shareIdentity') world.change(each);
    const played = await world.run({ doubts, moments: [], mapped: isMapped });
    if (played?.mapped === true) kept += 1;
  }
  return kept;
}

function resultOf({ application: { state } }: World) {
  const groups = new Map(state.groups.map(({ accessGroupId, externalId }) => [accessGroupId, externalId]));
  const members = state.managed.map(
    ({ id, name, members }) => `${groups.get(id)} ${name}: ${members.join()}`,
  );
  const links = state.links.map(
    ({ externalId, userId, dn, username }) => `${externalId} ${userId} ${dn} ${username}`,
  );
  const doubts = state.doubts.map(
    ({ accessGroupId, userId, kind }) => `${groups.get(accessGroupId)} ${userId} ${kind}`,
  );
  return { members: members.sort(), links: links.sort(), doubts: doubts.sort() };
}
