/** What became of groups and their members, as it is kept and shown. Types only. */
import type { PageRequest } from './access.ts';
import type { IdSet } from './snapshot.ts';

/** What the last entry of a page is sorted by: the microseconds since 1970 of its instant, its kind, its id. */
export type AuditKey = readonly [at: number, kind: string, id: number];

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

export type AuditRequest = AuditFilter & PageRequest<AuditKey>;

/** A membership at an instant, and the change by which it had begun. Names are those of that change. */
export interface MemberAt {
  readonly team: string;
  readonly group: string;
  readonly username: string;
  readonly since: Date;
  readonly runId: number | undefined;
  readonly actor: string | undefined;
  readonly reason: string;
}

// ── taking a run back ────────────────────────────────────────────────────────────────────────────────────────────

/** What a run did to the members of one AccessGroup and nobody touched since. Ids are user ids. */
export interface Done {
  readonly accessGroupId: number;
  readonly team: string;
  readonly name: string;
  readonly type: number;
  /** `live`: the directory still says who is in it. `gone`: there is no such group any more. */
  readonly state: 'live' | 'frozen' | 'manual' | 'gone';
  /** Of a frozen or manual group, who is in it now. */
  readonly members: IdSet;
  readonly added: IdSet;
  readonly removed: IdSet;
  /** Changes of the run that something came after, or whose person is gone. */
  readonly overtaken: number;
}

export interface RevertedGroup {
  readonly accessGroupId: number;
  readonly team: string;
  readonly name: string;
  /** Usernames, sorted. */
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** The removals wait for a person. */
  readonly held: boolean;
}

export interface SkippedGroup {
  readonly team: string;
  readonly name: string;
  readonly reason: string;
  /** Why, and the way out. */
  readonly explanation: string;
}

/** What taking a run back would do. */
export interface RevertPreview {
  /** The run that is taken back. */
  readonly reverts: number;
  readonly directory: string;
  /** Names exactly this; saying it binds what is done to what was looked at. */
  readonly digest: string;
  readonly groups: readonly RevertedGroup[];
  readonly skipped: readonly SkippedGroup[];
  readonly overtaken: number;
  /** One sentence a limit of the guard that the removals trip. */
  readonly heldBecause: readonly string[];
}

// ── what one run did ─────────────────────────────────────────────────────────────────────────────────────────────

/** One member whom a run added or removed, or would. Names of what was done are those of the time. */
export interface RunMember {
  /** When it was done, or began to wait; undefined: a dry run, which does nothing. */
  readonly at: Date | undefined;
  readonly action: 'add' | 'remove';
  readonly team: string;
  readonly group: string;
  /** undefined: a dry run's, of a group that is not there yet. */
  readonly accessGroupId: number | undefined;
  readonly username: string;
  readonly reason: string;
  /** The removal waits for a person. */
  readonly held: boolean;
}

/** Row of the plan, what became of it, username, user id. */
export type RunMemberKey = readonly [seq: number, rank: number, username: string, userId: number];

/** `held`: only those whose removal waits. */
export type RunMemberRequest = Searched<PageRequest<RunMemberKey>> & { readonly held?: boolean | undefined };

export type Searched<Wish> = Wish & { readonly search?: string | undefined };

/** A change with the place where a reader goes on behind it. */
export interface TailedEntry extends AuditEntry {
  readonly cursor: string;
}
