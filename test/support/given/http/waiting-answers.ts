/** Fixed answers for the routes about held plans. */
import type { WaitingOperations } from '../../../../src/model/operations/waiting.ts';
import type { HeldPlan } from '../../../../src/model/status/waiting.ts';

export const HELD_PLAN: HeldPlan = {
  digest: 'a'.repeat(64),
  directory: 'corp',
  state: 'waiting',
  run: 41,
  reverts: undefined,
  since: new Date('2026-03-01T10:00:00.000Z'),
  groups: 3,
  removals: 18_797,
  causes: ['member_removals'],
  reasons: ['18797 of 30000 managed memberships would be removed'],
  seen: { runs: 62, lastRun: 102, lastAt: new Date('2026-03-01T11:00:00.000Z') },
  decisions: ['approve', 'reject'],
  decision: undefined,
  appliedBy: undefined,
  replacedBy: undefined,
};

export const WAITING: WaitingOperations = {
  list: async directory => (directory === undefined || directory === 'corp' ? [HELD_PLAN] : []),
  get: async digest => (digest === HELD_PLAN.digest ? HELD_PLAN : undefined),
};
