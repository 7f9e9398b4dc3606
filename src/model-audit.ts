/** What became of groups and their members, as it is kept and shown. Types only. */
import type { PageWish } from './model-access.ts';

/** What the last entry of a page is sorted by: PostgreSQL's text of its instant, its kind, its id. */
export type AuditKey = readonly [at: string, kind: string, id: number];

/** One row of the audit. Names are those of the time. */
export interface AuditEntry {
  readonly at: Date;
  readonly kind: 'member' | 'group';
  /** `add` and `remove` of members; what became of a group itself otherwise. */
  readonly action: string;
  /** Who did it, where a person did. */
  readonly actor: string | undefined;
  readonly runId: number | undefined;
  readonly team: string;
  readonly group: string;
  readonly groupId: number;
  /** Of `kind: 'member'`. */
  readonly username: string | undefined;
  readonly previousName: string | undefined;
  readonly directory: string | undefined;
  readonly reason: string;
}

/**
 * Which part of the audit. A name that a user or a group bears now stands for them, under all their names; a name that
 * nobody bears any more is looked for among the names of the time.
 */
export interface AuditFilter {
  readonly user?: string | undefined;
  readonly team?: string | undefined;
  /** Needs `team`. */
  readonly group?: string | undefined;
  readonly run?: number | undefined;
  /** From this instant on … */
  readonly since?: Date | undefined;
  /** … and before this one. */
  readonly until?: Date | undefined;
}

export type AuditWish = AuditFilter & PageWish<AuditKey>;
