/** Fixed answers for the routes about members in doubt. */
import type { ExplainedDoubt, ListedDoubt } from '../../../../src/model/doubt.ts';
import type { DoubtOperations } from '../../../../src/model/operations/doubts.ts';
import type { Run } from '../../../../src/model/run.ts';

export const DOUBT: ListedDoubt = {
  directory: 'corp',
  accessGroupId: 3,
  team: 'platform',
  group: 'eng',
  username: 'ada.lovelace',
  kind: 'entry_absent',
  dns: ['cn=eng-lab,ou=groups,dc=example,dc=com'],
  since: new Date('2026-03-01T09:00:00.000Z'),
  runId: 6,
  decision: null,
  decidedBy: null,
  decidedReason: null,
  decidedAt: null,
};

const EXPLAINED: ExplainedDoubt = {
  ...DOUBT,
  explanation: 'an entry was not there',
  wayOut: 'The next read ends it.',
  endsByReading: true,
};

/** Answers every request; a decision to remove queues this run. */
export function doubtAnswers(run: Run): DoubtOperations {
  return {
    list: async () => ({ items: [EXPLAINED], next: ['platform', 'eng', 'ada.lovelace'] }),
    decide: async ({ decision }) => (decision === 'remove' ? run : undefined),
  };
}
