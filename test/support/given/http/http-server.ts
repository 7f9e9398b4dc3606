/** An HTTP server with fixed answers. The names in the answers must never leak. */
import type { FastifyInstance } from 'fastify';
import type { HttpDependencies } from '../../../../src/http/ports/http.ts';
import { buildServer } from '../../../../src/http/server.ts';
import { createLog } from '../../../../src/log.ts';
import type { ManualRunRequest } from '../../../../src/model/operations/runs.ts';
import type { Run } from '../../../../src/model/run.ts';
import { ACCESS, MANUAL } from './access-answers.ts';
import { auditAnswers } from './audit-answers.ts';
import { CHANGES } from './change-answers.ts';
import { doubtAnswers } from './doubt-answers.ts';
import { linkAnswers } from './link-answers.ts';
import { NO_PROVIDER } from './openid.ts';
import { ownershipAnswers } from './ownership-answers.ts';
import { NOW, RUN, STATUS } from './status-answers.ts';
import { WAITING } from './waiting-answers.ts';

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

const TOKENS = [
  { name: 'grafana', role: 'viewer', secret: 'viewer-secret' },
  { name: 'ops', role: 'admin', secret: 'admin-secret' },
] as const;

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
    tokens: () => TOKENS,
    trustedProxy: () => undefined,
    oidc: () => undefined,
    ...NO_PROVIDER,
    publicUrl: () => undefined,
    followTokens: () => ({ [Symbol.dispose]() {} }),
    requestsPerMinute: () => 0,
    log: createLog({ level: 'debug', stream: { write: line => void lines.push(line) } }),
    directories: () => ['corp', 'new'],
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
    reviewSessionsMs: 60_000,
    progress: PROGRESS,
    access: ACCESS,
    audit: auditAnswers(),
    changes: CHANGES,
    manual: MANUAL,
    ownership: ownershipAnswers({ ...RUN, id: 8, status: 'queued' }),
    doubts: doubtAnswers({ ...RUN, id: 8, status: 'queued' }),
    links: linkAnswers({ ...RUN, id: 8, status: 'queued' }),
    waiting: WAITING,
    reload: async () => ({ outcome: 'applied', changed: ['log.level'] }),
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
