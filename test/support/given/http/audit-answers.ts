/** Fixed answers for the routes about the audit. */
import type { AuditEntry, AuditRequest, RevertPreview, RunMember } from '../../../../src/model/audit.ts';
import type { AuditOperations } from '../../../../src/model/operations/audit.ts';
import type { RunGroup } from '../../../../src/model/run.ts';

export const ENTRY: AuditEntry = {
  at: new Date('2026-03-01T11:58:30.000Z'),
  kind: 'member',
  action: 'add',
  actor: undefined,
  databaseRole: undefined,
  runId: 7,
  team: 'platform',
  group: 'eng',
  groupId: 3,
  username: 'ada.lovelace',
  previousName: undefined,
  directory: 'corp',
  reason: 'member',
};

export const CHANGE: RunGroup = {
  kind: 'rename',
  accessGroupId: 17,
  team: 'platform',
  name: 'eng',
  previousName: 'engineering',
  outcome: 'failed',
  add: 2,
  remove: 1,
  added: 2,
  removed: 0,
  held: 1,
  kept: 0,
  reason: 'name_taken',
  error: 'cn=eng,dc=example clashes',
};

export const MEMBER: RunMember = {
  at: new Date('2026-03-01T11:58:30.000Z'),
  action: 'remove',
  team: 'platform',
  group: 'eng',
  accessGroupId: 3,
  username: 'ada.lovelace',
  reason: 'held',
  held: true,
};

export const REVERTING: RevertPreview = {
  reverts: 7,
  directory: 'corp',
  digest: 'a'.repeat(64),
  groups: [
    { accessGroupId: 3, team: 'platform', name: 'eng', add: ['ada.lovelace'], remove: ['bob'], held: true },
  ],
  skipped: [
    { team: 'platform', name: 'ops', reason: 'live_linked', explanation: 'freeze or release it first' },
  ],
  overtaken: 2,
  heldBecause: ['1 of 2 would be removed'],
};

/** `asked` collects the requests to list and stream. */
export function auditAnswers(asked: Partial<AuditRequest>[] = []): AuditOperations {
  return {
    list: async request => {
      asked.push(request);
      return { items: [ENTRY], next: [1_772_366_310_000_001, 'member', 12] };
    },
    stream: async function* (filter) {
      asked.push(filter);
      yield ENTRY;
      yield { ...ENTRY, action: 'remove' };
    },
    tail: async function* (filter, after) {
      asked.push(filter);
      yield { ...ENTRY, cursor: `${after} and on` };
    },
    runChanges: async () => ({ items: [CHANGE], next: undefined }),
    runMembers: async (_run, request) => {
      asked.push({ limit: request.limit });
      return { items: [MEMBER], next: [3, 0, 'ada.lovelace', 5] };
    },
    previewRevert: async () => REVERTING,
    revert: async () => undefined,
  };
}
