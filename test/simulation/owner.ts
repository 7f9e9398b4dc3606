/** Decisions of an administrator about managed groups. */
import { expect } from 'vitest';
import { RefusedError } from '../../src/errors.ts';
import { freezeGroup, unfreezeGroup } from '../../src/store/ownership/freeze.ts';
import { releaseGroup } from '../../src/store/ownership/release.ts';
import { observe } from './observe.ts';
import type { Trial } from './trial.ts';
import type { OwnerStep } from './world/scenario.ts';

/** Freezes, unfreezes or releases in the database and in the model; does nothing without a managed group. */
export async function changeOwner(trial: Trial, step: OwnerStep): Promise<void> {
  const {
    jobs: { db },
    state,
  } = trial;
  const owned = [...(await observe(db)).sourceOf].sort(([one], [other]) => one - other);
  const [group, id] = owned[step.group % Math.max(1, owned.length)] ?? [];
  const memory = state.known.get(id ?? '');
  if (group === undefined || id === undefined || memory?.access === undefined) return;
  const act = { by: 'ada', reason: 'it is decided' };
  const known = new Map(state.known);
  if (step.do === 'release') {
    await releaseGroup(db, group, { ...act, empty: false });
    const { name, members } = memory.access;
    known.set(id, { ...memory, missed: 0, access: undefined, frozen: false, released: true });
    // It no longer has members in doubt.
    const doubts = new Map([...state.reads.doubts].filter(([key]) => !key.startsWith(id)));
    const reads = { ...state.reads, doubts };
    trial.state = { ...state, known, reads, manual: new Map([...state.manual, [name, members]]) };
    return;
  }
  if (step.do === 'unfreeze' && !memory.frozen) {
    await expect(unfreezeGroup(db, group, act)).rejects.toThrow(RefusedError);
    return;
  }
  await (step.do === 'freeze' ? freezeGroup : unfreezeGroup)(db, group, act);
  known.set(id, { ...memory, frozen: step.do === 'freeze' });
  trial.state = { ...state, known };
}
