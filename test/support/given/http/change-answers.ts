/** Fixed answers for the routes about membership changes. */
import type { MembershipChange } from '../../../../src/model/audit.ts';
import type { ChangeOperations } from '../../../../src/model/operations/changes.ts';

export const MEMBER_ADDED: MembershipChange = {
  cursor: '4711-member-12',
  at: new Date('2026-03-01T11:58:30.000Z'),
  action: 'add',
  groupId: 3,
  team: 'platform',
  group: 'eng',
  userId: 5,
  username: 'ada.lovelace',
  runId: 7,
  actor: undefined,
  databaseRole: undefined,
  directory: 'corp',
  reason: 'member',
};

/** One change, then no more. */
export const CHANGES: ChangeOperations = {
  begin: async after => after,
  page: async () => ({ items: [MEMBER_ADDED], next: MEMBER_ADDED.cursor }),
  async *follow() {
    yield { items: [MEMBER_ADDED], next: MEMBER_ADDED.cursor };
  },
};
