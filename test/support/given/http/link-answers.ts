/** Fixed answers for the routes about links. */
import type { LinkOperations } from '../../../../src/model/operations/links.ts';
import type { Run } from '../../../../src/model/run.ts';
import { uuid } from '../values.ts';

/** Answers every request; a decision queues this run. */
export function linkAnswers(run: Run): LinkOperations {
  const link = {
    username: 'ada.lovelace',
    fullName: 'Ada Lovelace',
    directory: 'corp',
    state: 'waiting',
    entry: uuid(7),
    dn: 'uid=ada.lovelace,ou=people,dc=example,dc=com',
    entryUsername: 'ada.lovelace',
    matchedBy: 'username',
    runId: 6,
    since: new Date('2026-03-01T09:00:00.000Z'),
    decidedBy: null,
    decidedReason: null,
  } as const;
  return {
    list: async () => ({ items: [link], next: ['ada.lovelace', 'corp', uuid(7)] }),
    decide: async () => run,
    unlink: async () => run,
  };
}
