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
import type { AccessOperations } from '../../model/operations/access.ts';
import type { AuditOperations } from '../../model/operations/audit.ts';
import type { ChangeOperations } from '../../model/operations/changes.ts';
import type { ConfigurationOperations } from '../../model/operations/configuration.ts';
import type { DoubtOperations } from '../../model/operations/doubts.ts';
import type { GroupOperations } from '../../model/operations/groups.ts';
import type { LinkOperations } from '../../model/operations/links.ts';
import type { OwnershipOperations } from '../../model/operations/ownership.ts';
import type { RunOperations } from '../../model/operations/runs.ts';
import type { WaitingOperations } from '../../model/operations/waiting.ts';
import type { Finding, Watcher } from '../../model/run.ts';
import type { OpenIdOperations, SessionOperations } from '../../model/sign-in/openid.ts';
import type { OidcSettings, TokenSettings, TrustedProxySettings } from '../../model/sign-in/settings.ts';
import type { Status } from '../../model/status/status.ts';

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

export interface ProgressDependencies {
  /** Reports the progress of a run to the watcher until `end`. Returns a function that stops watching. */
  watch(run: number, watcher: Watcher): () => void;
}

/** The dependencies of the probes and metrics, which every instance serves. */
export interface ProbeDependencies {
  readonly log: FastifyBaseLogger;
  now(): Date;
  readiness(): Promise<readonly Finding[]>;
  status(): Promise<Status>;
}

/**
 * The dependencies of the routes. Each function can throw UnavailableError (answered with 503), NotFoundError (404) or
 * RefusedError (answered with its code). Any other error is logged and answered with 500 without its message.
 */
export interface HttpDependencies extends RunOperations, ProbeDependencies {
  readonly tokens: () => readonly TokenSettings[];
  /** Without this and `oidc`, only tokens identify callers. At most one of them is defined. */
  readonly trustedProxy: () => TrustedProxySettings | undefined;
  readonly oidc: () => OidcSettings | undefined;
  readonly openId: OpenIdOperations;
  readonly sessions: SessionOperations;
  /** The address of the console for users. */
  readonly publicUrl: () => string | undefined;
  /** Calls `changed` after each change of the ways to sign in, until the result is disposed. */
  readonly followTokens: (changed: () => void) => Disposable;
  /** The limit for one token from one address, or for one user; 0: no limit. */
  readonly requestsPerMinute: () => number;
  /** The version of rollcall. */
  readonly version: string;
  /** Names of the configured directories. */
  readonly directories: () => readonly string[];
  /** The queues for the pages of Bull Board. */
  readonly board: readonly BoardQueue[];
  /** Maximum number of open streams and long polls of this process. Every token has an equal part of it, and so have all signed-in users together. */
  readonly maxStreams: number;
  /** How often it is checked whether the users of open streams are still signed in. */
  readonly reviewSessionsMs: number;
  readonly progress: ProgressDependencies;
  readonly access: AccessOperations;
  readonly audit: AuditOperations;
  readonly changes: ChangeOperations;
  readonly manual: GroupOperations;
  readonly ownership: OwnershipOperations;
  readonly doubts: DoubtOperations;
  readonly links: LinkOperations;
  readonly reload: ConfigurationOperations['reload'];
  readonly waiting: WaitingOperations;
}
