/** The audit of groups and members, and the revert of runs. */
import type { PageRequest } from './access.ts';
import type { IdSet } from './snapshot.ts';

/** The sort key of the last entry of a page: its time in microseconds since 1970, its kind, its id. */
export type AuditKey = readonly [at: number, kind: string, id: number];

/** One row of the audit. Names are those at the time of the change. */
export interface AuditEntry {
  readonly at: Date;
  readonly kind: 'member' | 'group';
  /** `add` and `remove` for members; for a group, the action on the group itself. */
  readonly action: string;
  /** The user who made the change, if a user did. */
  readonly actor: string | undefined;
  /** The role of the database session, if it is neither the actor nor Rollcall's own. Then the actor is its claim. */
  readonly databaseRole: string | undefined;
  readonly runId: number | undefined;
  readonly team: string;
  readonly group: string;
  readonly groupId: number;
  /** Only if `kind` is `member`. */
  readonly username: string | undefined;
  readonly previousName: string | undefined;
  readonly directory: string | undefined;
  readonly reason: string;
}

/** The columns of an export as CSV. Exports of one year must fit those of the next, so new columns come last. */
export const AUDIT_COLUMNS = [
  'at',
  'kind',
  'action',
  'team',
  'group',
  'groupId',
  'previousName',
  'username',
  'directory',
  'runId',
  'actor',
  'databaseRole',
  'reason',
] as const satisfies readonly (keyof AuditEntry)[];

/**
 * A filter of the audit. A current name of a user or group also finds rows under its former names. Any other name is searched
 * for among the names at the time of the changes.
 */
export interface AuditFilter {
  readonly user?: string | undefined;
  readonly team?: string | undefined;
  /** Needs `team`. */
  readonly group?: string | undefined;
  readonly run?: number | undefined;
  /** From this time (inclusive) … */
  readonly since?: Date | undefined;
  /** … until this time (exclusive). */
  readonly until?: Date | undefined;
}

export type AuditRequest = AuditFilter & PageRequest<AuditKey>;

/** A membership at a point in time, and the change that began it. Names are those at the time of that change. */
export interface MemberAt {
  readonly team: string;
  readonly group: string;
  readonly username: string;
  readonly since: Date;
  readonly runId: number | undefined;
  readonly actor: string | undefined;
  readonly reason: string;
}

// ── revert ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** The changes of a run to the members of one AccessGroup that no later change replaced. Ids are user ids. */
export interface Done {
  readonly accessGroupId: number;
  readonly team: string;
  readonly name: string;
  readonly type: number;
  /** `live`: the directory still owns the group. `gone`: the group was deleted. */
  readonly state: 'live' | 'frozen' | 'manual' | 'gone';
  /** The current members, if the group is frozen or manual. */
  readonly members: IdSet;
  readonly added: IdSet;
  readonly removed: IdSet;
  /** Number of changes of the run that a later change replaced, or whose user was deleted. */
  readonly overtaken: number;
}

export interface RevertedGroup {
  readonly accessGroupId: number;
  readonly team: string;
  readonly name: string;
  /** Usernames, sorted. */
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** The removals wait for approval. */
  readonly held: boolean;
}

export interface SkippedGroup {
  readonly team: string;
  readonly name: string;
  readonly reason: string;
  /** The meaning of the reason, and its remedy. */
  readonly explanation: string;
}

/** What the revert of a run would change. */
export interface RevertPreview {
  /** The run to revert. */
  readonly reverts: number;
  readonly directory: string;
  /** The digest of this preview. A revert with it applies exactly to the preview. */
  readonly digest: string;
  readonly groups: readonly RevertedGroup[];
  readonly skipped: readonly SkippedGroup[];
  readonly overtaken: number;
  /** One sentence for each limit of the guard that the removals trip. */
  readonly heldBecause: readonly string[];
}

// ── what one run did ─────────────────────────────────────────────────────────────────────────────────────────────

/** One member whom a run added or removed, or would add or remove. Names are those at the time of the change. */
export interface RunMember {
  /** When the change was applied or held; undefined: a dry run, which changes nothing. */
  readonly at: Date | undefined;
  readonly action: 'add' | 'remove';
  readonly team: string;
  readonly group: string;
  /** undefined: a dry run would create the group. */
  readonly accessGroupId: number | undefined;
  readonly username: string;
  readonly reason: string;
  /** The removal waits for approval. */
  readonly held: boolean;
}

/** Row of the plan, rank of its outcome, username, user id. */
export type RunMemberKey = readonly [seq: number, rank: number, username: string, userId: number];

/** `held`: only members whose removal is held. `group`: only members of this AccessGroup. */
export type RunMemberRequest = Searched<PageRequest<RunMemberKey>> & {
  readonly held?: boolean | undefined;
  readonly group?: number | undefined;
};

/** `held`: only groups that the run holds. */
export type RunChangeRequest = Searched<PageRequest<readonly [number]>> & {
  readonly held?: boolean | undefined;
};

export type Searched<Request> = Request & { readonly search?: string | undefined };

/** An audit entry with the cursor to continue after it. */
export interface TailedEntry extends AuditEntry {
  readonly cursor: string;
}

/** One membership that was added or removed. Names are those at the time of the change. */
export interface MembershipChange {
  /** The cursor to continue after this change. It is also the id of the change. */
  readonly cursor: string;
  readonly at: Date;
  readonly action: 'add' | 'remove';
  readonly groupId: number;
  readonly team: string;
  readonly group: string;
  readonly userId: number;
  readonly username: string;
  readonly runId: number | undefined;
  readonly actor: string | undefined;
  /** As in AuditEntry. */
  readonly databaseRole: string | undefined;
  readonly directory: string | undefined;
  readonly reason: string;
}

// ── seals ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A link of the chain of hashes over the audit. */
export interface Seal {
  /** Counts from 1 without gaps. */
  readonly number: number;
  /** `rows`: the rows of one transaction. `retention`, `restore`: all rows up to the transaction. */
  readonly kind: 'rows' | 'retention' | 'restore';
  /** Microseconds since 1970. */
  readonly sealedAt: number;
  readonly xact: string;
  readonly rows: number;
  /** The hash over the rows, in hexadecimal digits. */
  readonly digest: string;
  /** Of the rows with smaller ids, only those count that retention keeps. */
  readonly memberBorder: number;
  readonly groupBorder: number;
  /** Whether the earlier seals agreed with the rows when this seal replaced them. */
  readonly intact: boolean;
  /** The head of the seal before; empty for the first. */
  readonly previous: string;
  /** The hash over all of this. */
  readonly head: string;
}

/** The number and head of a seal, kept outside of the database. */
export type Anchor = Pick<Seal, 'number' | 'head'>;

/**
 * `rows`: the rows of a transaction differ from its seal. `kept`: the rows that retention or a restore kept differ from
 * their seal. `chain`: a seal is missing or was changed. `anchor`: the audit has no seal with this number and head.
 * `replaced`: when this seal replaced earlier ones, the audit did not agree with them.
 */
export type Breach =
  | {
      readonly kind: 'rows' | 'kept';
      /** undefined: the transaction has no seal, although later ones have. */
      readonly seal: number | undefined;
      readonly xact: string;
      /** The number of rows. */
      readonly sealed: number;
      readonly found: number;
    }
  | { readonly kind: 'chain' | 'anchor' | 'replaced'; readonly seal: number };

/** The result of comparing the audit with its seals. */
export interface Verification {
  readonly breaches: readonly Breach[];
  /** The newest seal. */
  readonly anchor: Anchor | undefined;
  readonly seals: number;
  /** Rows that were compared with their seals. */
  readonly rows: number;
  /** Rows that are too new to have a seal. */
  readonly unsealed: number;
  /** The newest seal that replaced earlier ones. It alone covers the older rows. */
  readonly replacing: Pick<Seal, 'number' | 'kind' | 'sealedAt'> | undefined;
  /** Anchors that are older than the oldest seal that retention keeps. */
  readonly tooOld: number;
}
