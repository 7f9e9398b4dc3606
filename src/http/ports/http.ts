/** The dependencies of the HTTP server. Types only. */
import type { createBullBoard } from '@bull-board/api';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { DecisionRequest, Finding, Run, RunMode, Status } from '../../model/run.ts';
import type { TokenSettings } from '../../model/settings.ts';
import type { AccessDeps } from './access.ts';
import type { AuditDeps } from './audit.ts';
import type { DoubtDeps } from './doubts.ts';
import type { ManualDeps } from './groups.ts';
import type { OwnershipDeps } from './ownership.ts';
import type { ProgressDeps } from './progress.ts';

/** Fastify with request and response types from the zod schemas of a route. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** A queue for Bull Board. */
export type BoardQueue = Parameters<typeof createBullBoard>[0]['queues'][number];

/** A request for a run. Requests with the same `requestKey` always return the same run. */
export interface RunRequest {
  readonly directory: string;
  /** The DN or name of a group, to sync only this group. */
  readonly group?: string;
  readonly mode: RunMode;
  readonly requestedBy: string;
  readonly requestKey?: string;
  /** The reason to trust a server that is behind the last complete read. */
  readonly acceptOlder?: string;
}

/** A page of history, newest first: runs with an id below `before`. */
export interface RunPage {
  readonly directory?: string;
  readonly limit: number;
  readonly before?: number;
}

/**
 * The dependencies of the routes. Each function can throw UnavailableError (answered with 503), NotFoundError (404) or
 * RefusedError (answered with its code). Any other error is logged and answered with 500 without its message.
 */
export interface HttpDeps {
  readonly tokens: readonly TokenSettings[];
  /** The limit for one token from one address; 0: no limit. */
  readonly requestsPerMinute: number;
  readonly log: FastifyBaseLogger;
  /** The version of rollcall. */
  readonly version: string;
  /** Names of the configured directories. */
  readonly directories: readonly string[];
  /** The queues for the pages of Bull Board. */
  readonly board: readonly BoardQueue[];
  now(): Date;
  readiness(): Promise<readonly Finding[]>;
  status(): Promise<Status>;
  requestRun(request: RunRequest): Promise<{ readonly run: Run; readonly created: boolean }>;
  /** Queues the run that applies the held changes. Throws RefusedError if the run can no longer be decided. */
  approveRun(id: number, decision: DecisionRequest): Promise<Run>;
  /** Closes the held run. Throws RefusedError if it can no longer be decided. */
  rejectRun(id: number, decision: DecisionRequest): Promise<Run>;
  listRuns(page: RunPage): Promise<readonly Run[]>;
  getRun(id: number): Promise<Run | undefined>;
  readonly progress: ProgressDeps;
  readonly access: AccessDeps;
  readonly audit: AuditDeps;
  readonly manual: ManualDeps;
  readonly ownership: OwnershipDeps;
  readonly doubts: DoubtDeps;
}
