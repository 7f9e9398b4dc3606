/** What the HTTP side is handed. Types only. */
import type { createBullBoard } from '@bull-board/api';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Deciding, Finding, Run, RunMode, Status } from '../run.ts';
import type { TokenSettings } from '../settings.ts';
import type { AccessDeps } from './deps/access.ts';
import type { AuditDeps } from './deps/audit.ts';
import type { DoubtDeps } from './deps/doubts.ts';
import type { ManualDeps } from './deps/manual.ts';
import type { OwnershipDeps } from './deps/ownership.ts';
import type { ProgressDeps } from './deps/progress.ts';

/** fastify with request and answer types taken from the zod schemas of a route. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** A queue as Bull Board shows it. */
export type BoardQueue = Parameters<typeof createBullBoard>[0]['queues'][number];

/** A person's or a script's wish for a run. `requestKey`: the same key always gets the same run back. */
export interface RunRequest {
  readonly directory: string;
  /** A group's DN or name, where only one group is to be resynced. */
  readonly group?: string;
  readonly mode: RunMode;
  readonly requestedBy: string;
  readonly requestKey?: string;
  /** Why a server that is behind the last complete read is to be believed this time. */
  readonly acceptOlder?: string;
}

/** A page of history, newest first: runs with an id below `before`. */
export interface RunPage {
  readonly directory?: string;
  readonly limit: number;
  readonly before?: number;
}

/**
 * Everything the routes need, as functions. Each may throw UnavailableError (answered 503), NotFoundError (404) or
 * RefusedError (with its code); whatever else is thrown is answered 500 without its text, which goes to the log.
 */
export interface HttpDeps {
  readonly tokens: readonly TokenSettings[];
  /** Of one token from one address; 0: no limit. */
  readonly requestsPerMinute: number;
  readonly log: FastifyBaseLogger;
  /** Rollcall's own. */
  readonly version: string;
  /** Names of the configured directories. */
  readonly directories: readonly string[];
  /** For the pages of Bull Board. */
  readonly board: readonly BoardQueue[];
  now(): Date;
  readiness(): Promise<readonly Finding[]>;
  status(): Promise<Status>;
  requestRun(request: RunRequest): Promise<{ readonly run: Run; readonly created: boolean }>;
  /** Queues the run that applies what the held one holds. Throws RefusedError when the run can no longer be decided. */
  approveRun(id: number, deciding: Deciding): Promise<Run>;
  /** The held run, closed. Throws RefusedError when it can no longer be decided. */
  rejectRun(id: number, deciding: Deciding): Promise<Run>;
  listRuns(page: RunPage): Promise<readonly Run[]>;
  getRun(id: number): Promise<Run | undefined>;
  readonly progress: ProgressDeps;
  readonly access: AccessDeps;
  readonly audit: AuditDeps;
  readonly manual: ManualDeps;
  readonly ownership: OwnershipDeps;
  readonly doubts: DoubtDeps;
}
