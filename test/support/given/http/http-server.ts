/** An HTTP server with fixed answers. The names in the answers must never leak. */
import type { FastifyInstance } from 'fastify';
import type { HttpDependencies } from '../../../../src/http/ports/http.ts';
import { buildServer } from '../../../../src/http/server.ts';
import { createLog } from '../../../../src/log.ts';
import type { ManualRunRequest } from '../../../../src/model/operations/runs.ts';
import type { Run } from '../../../../src/model/run.ts';
import type { DirectoryStatus, Status } from '../../../../src/model/status/status.ts';
import { ACCESS, MANUAL } from './access-answers.ts';
import { auditAnswers } from './audit-answers.ts';
import { CHANGES } from './change-answers.ts';
import { DOUBT, doubtAnswers } from './doubt-answers.ts';
import { ownershipAnswers } from './ownership-answers.ts';

export const NOW = new Date('2026-03-01T12:00:00.000Z');
export const VIEWER = { authorization: 'Bearer viewer-secret' };
export const ADMIN = { authorization: 'Bearer admin-secret' };

/** Each of these occurs in an answer of the dependencies. */
export const PERSONAL = [
  'ada.lovelace',
  'cn=eng',
  'dc=example',
  'ldap1.example.com',
  'grafana',
  'db.internal',
];

export const RUN: Run = {
  id: 7,
  directory: 'corp',
  trigger: 'manual',
  requestedBy: 'ada.lovelace',
  mode: 'apply',
  group: 'cn=eng,ou=groups,dc=example,dc=com',
  status: 'failed',
  counts: {
    read: { queries: 3, entries: 30, users: 20, groups: 10, memberValues: 50, references: 0, bytes: 9000 },
    plan: {
      create: 1,
      rename: 0,
      update: 2,
      unchanged: 7,
      missing: 0,
      retire: 0,
      conflict: 1,
      unknown: 0,
      doubts: 0,
      frozen: 0,
      outOfScope: 0,
      add: 5,
      remove: 1,
      unresolved: 2,
      people: 4,
    },
    tasks: { total: 2, done: 1 },
    applied: { groups: 1, added: 5, removed: 1, failed: 1 },
    held: { groups: 1, removals: 9, reasons: ['9 of 10 would be removed'], digest: 'd16e57' },
    unchanged: false,
  },
  errorCode: 'unreachable',
  errorMessage: 'ldaps://ldap1.example.com does not answer',
  approves: 5,
  decision: { by: 'ada.lovelace', reason: 'as planned', at: new Date('2026-03-01T11:56:00.000Z') },
  queuedAt: new Date('2026-03-01T11:57:00.000Z'),
  startedAt: new Date('2026-03-01T11:58:00.000Z'),
  finishedAt: new Date('2026-03-01T11:59:00.000Z'),
};

export const CORP: DirectoryStatus = {
  name: 'corp',
  lastRun: RUN,
  lastSuccessAt: new Date('2026-03-01T11:00:00.000Z'),
  nextRunAt: new Date('2026-03-01T12:15:00.000Z'),
  overdueSince: new Date('2026-03-01T11:45:00.000Z'),
  consecutiveFailures: 3,
  groups: { linked: 10, conflict: 1, missing: 2, out_of_scope: 4, released: 0 },
  frozen: 1,
  memberships: 120,
  unresolved: 6,
  unreadable: 0,
  disabled: {},
  passwordExpiresAt: undefined,
  currentAt: new Date('2026-03-01T11:59:58.000Z'),
  freshUntil: new Date('2026-03-01T12:29:58.000Z'),
  watch: {
    mechanism: 'syncrepl',
    server: 'ldap://ldap2.example.test',
    problem: undefined,
    changedAt: new Date('2026-03-01T11:00:00.000Z'),
    changes: 7,
    seconds: 1.5,
    reported: 9,
    reopened: 2,
    within: [{ seconds: 0.5, changes: 6 }],
  },
  problems: {
    total: 7,
    first: [
      {
        group: 'eng',
        dn: 'cn=eng,ou=groups,dc=example,dc=com',
        member: 'uid=ghost,ou=people,dc=example,dc=com',
        attribute: 'member',
        reason: 'dangling_dn',
        message: undefined,
      },
    ],
  },
  doubts: {
    total: 3,
    undecided: 2,
    oldestSince: DOUBT.since,
    byKind: { entry_absent: 2, ambiguous_user: 1 },
    first: [DOUBT],
  },
  held: [{ run: 41, since: new Date('2026-03-01T10:00:00.000Z'), groups: 1, removals: 9 }],
  heldRuns: 1,
  oldestHeldAt: new Date('2026-03-01T10:00:00.000Z'),
};

const NEW: DirectoryStatus = {
  name: 'new',
  lastRun: undefined,
  lastSuccessAt: undefined,
  nextRunAt: undefined,
  overdueSince: undefined,
  consecutiveFailures: 0,
  groups: { linked: 0, conflict: 0, missing: 0, out_of_scope: 0, released: 0 },
  frozen: 0,
  memberships: 0,
  unresolved: 0,
  unreadable: 0,
  disabled: {},
  passwordExpiresAt: undefined,
  currentAt: undefined,
  freshUntil: undefined,
  watch: undefined,
  problems: { total: 0, first: [] },
  doubts: { total: 0, undecided: 0, oldestSince: undefined, byKind: {}, first: [] },
  held: [],
  heldRuns: 0,
  oldestHeldAt: undefined,
};

export const STATUS: Status = {
  version: '1.2.3',
  uptimeSeconds: 42.5,
  roles: ['worker', 'http'],
  health: {
    level: 'bad',
    text: 'The last 3 runs of corp failed, and 1 more',
    since: new Date('2026-03-01T11:59:58.000Z'),
    concerns: [
      {
        code: 'failed',
        level: 'bad',
        directory: 'corp',
        text: 'The last 3 runs of corp failed',
        since: new Date('2026-03-01T11:59:58.000Z'),
        fix: 'rollcall runs show 7',
        run: 7,
      },
      {
        code: 'webhook',
        level: 'attention',
        directory: undefined,
        text: 'Webhook pager has lost 2 messages',
        since: undefined,
        fix: 'rollcall notify test pager',
        run: undefined,
      },
    ],
  },
  processes: [
    {
      name: 'db.internal:1',
      roles: ['worker', 'http'],
      version: '1.2.3',
      startedAt: new Date('2026-03-01T10:00:00.000Z'),
      seenAt: new Date('2026-03-01T11:59:58.000Z'),
      state: 'alive',
    },
  ],
  directories: [CORP, NEW],
  abandoned: [
    { name: 'old', lastSuccessAt: new Date('2026-01-01T00:00:00.000Z'), groups: 3, memberships: 40 },
  ],
  writable: true,
  obstacle: undefined,
  webhooks: [
    {
      name: 'pager',
      waiting: 1,
      givenUp: 2,
      lastDeliveredAt: new Date('2026-03-01T09:00:00.000Z'),
      lastError: 'answered 500',
    },
  ],
  queue: { waiting: 2, active: 1 },
};

/** Reports once that the run has ended. */
const PROGRESS: HttpDependencies['progress'] = {
  watch(_run, watcher) {
    watcher.next({ run: RUN, at: NOW, stage: 'over', rate: undefined, estimateSeconds: undefined });
    watcher.end();
    return () => {};
  },
};

/** `asked` collects the requests to requestRun; `lines` collects the log. */
export interface Fixture {
  readonly app: FastifyInstance;
  readonly asked: ManualRunRequest[];
  readonly lines: string[];
}

export function fixture(overrides: Partial<HttpDependencies> = {}): Fixture {
  const asked: ManualRunRequest[] = [];
  const lines: string[] = [];
  const deps: HttpDependencies = {
    version: '1.2.3',
    tokens: [
      { name: 'grafana', role: 'viewer', secret: 'viewer-secret' },
      { name: 'ops', role: 'admin', secret: 'admin-secret' },
    ],
    requestsPerMinute: 0,
    log: createLog({ level: 'debug', stream: { write: line => void lines.push(line) } }),
    directories: ['corp', 'new'],
    now: () => NOW,
    board: [],
    readiness: async () => [{ subject: 'PostgreSQL', level: 'ok', message: 'db.internal answers' }],
    status: async () => STATUS,
    requestRun: async request => {
      asked.push(request);
      return { run: queued(request), created: asked.length === 1 };
    },
    approveRun: async () => ({ ...RUN, id: 9, status: 'queued', approves: RUN.id }),
    rejectRun: async () => ({ ...RUN, status: 'rejected' }),
    listRuns: async () => [RUN],
    getRun: async id => (id === RUN.id ? RUN : undefined),
    maxStreams: 20,
    progress: PROGRESS,
    access: ACCESS,
    audit: auditAnswers(),
    changes: CHANGES,
    manual: MANUAL,
    ownership: ownershipAnswers({ ...RUN, id: 8, status: 'queued' }),
    doubts: doubtAnswers({ ...RUN, id: 8, status: 'queued' }),
    ...overrides,
  };
  return { app: buildServer(deps), asked, lines };
}

function queued({ directory, group, user, mode, requestedBy }: ManualRunRequest): Run {
  return {
    id: 8,
    directory,
    trigger: 'manual',
    requestedBy,
    mode,
    group,
    ...(user !== undefined && { user }),
    status: 'queued',
    counts: {},
    errorCode: undefined,
    errorMessage: undefined,
    approves: undefined,
    decision: undefined,
    queuedAt: NOW,
    startedAt: undefined,
    finishedAt: undefined,
  };
}
