/** Plans from snapshots, for every directory server. */
import { expect } from 'vitest';
import { openReplay } from '../../src/directory/recording/replay.ts';
import { planDirectory, readAndLoad } from '../../src/jobs/planning/plan-directory.ts';
import { directoryState } from '../../src/store/current/directory-state.ts';
import { planTwice, shapeOf } from '../app/anonymise/planned.ts';
import type { LivedInCompany } from '../support/given/lived-in-company.ts';

/** Plans removals: of the people whose surname begins with N. Both snapshots of the read give the same plan. */
export async function planFromSnapshots({ db, directory }: LivedInCompany): Promise<void> {
  const { users } = directory;
  const settings = { ...directory, users: { ...users, filter: `(&${users.filter}(!(sn=N*)))` } };
  const last = await directoryState(db, directory.name);
  const { planned, again, recording } = await planTwice(settings, readDirectory =>
    readAndLoad({ db, readDirectory }, settings, last, {}),
  );
  expect(planned.plan.counts.remove).toBeGreaterThan(0);
  await using replay = await openReplay(recording);
  const { readDirectory } = replay;
  const { plan, verdict } = await planDirectory({ db, readDirectory, now: () => new Date() }, settings);
  expect({ plan, verdict }).toEqual({ plan: planned.plan, verdict: planned.verdict });
  expect(shapeOf(again)).toEqual(shapeOf(planned));
}
