/** A run with a mistake, for tests of a revert. */
import type { RevertPorts } from '../../../src/jobs/revert-run.ts';
import type { GuardSettings } from '../../../src/model/settings.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { change, creation, ids, planOf, seed, sync } from './saved-plan.ts';
import { directory } from './values.ts';

export const OPS = { by: 'ops', reason: 'the group was emptied by mistake' };
const OFF = { percent: 100, count: 1_000 };
const NO_GUARD: GuardSettings = { memberRemovals: OFF, groupMemberRemovals: OFF, groupRemovals: OFF };
export const ONE_A_GROUP: GuardSettings = { ...NO_GUARD, groupMemberRemovals: { percent: 10, count: 1 } };

export function portsOf(db: Database, guard = NO_GUARD): RevertPorts {
  return { db, directories: [directory({ name: 'corp', guard })] };
}

export const update = (n: number, ...members: number[]) =>
  change(n, { kind: 'update', accessGroupId: n, desired: ids(...members) });

/** Three groups, and then a run that removes user1 and user2 from each and adds user4 and user5. Returns that run. */
export async function runToRevert(db: Database): Promise<number> {
  await seed(db, 6);
  const before = [1, 2, 3].map(n => creation(n, ids(1, 2, 3)));
  await sync(db, planOf(before));
  const run = await sync(db, planOf([1, 2, 3].map(n => update(n, 3, 4, 5))));
  return run?.id ?? 0;
}
