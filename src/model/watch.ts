/** What a watch of a directory reports, and its status. */
import type { ExternalId } from './snapshot.ts';

/** How a directory is watched. */
export const MECHANISMS = ['syncrepl', 'persistent search', 'notification', 'polling'] as const;
export type Mechanism = (typeof MECHANISMS)[number];

/**
 * An entry that changed, as far as the server reports it. A hint says where to read, and never what changed: it may be
 * late, repeated or missing.
 */
export interface Hint {
  readonly id?: ExternalId;
  /** The DN of the entry; of a deleted one, its last DN. */
  readonly dn?: string;
  /** The former DN of a renamed or moved entry, if it is known. */
  readonly oldDn?: string;
}

export type WatchEvent =
  /** `changedAt`: when the entry changed, in milliseconds since 1970 by the clock of the server, if it says so. */
  | { readonly kind: 'hint'; readonly hint: Hint; readonly changedAt?: number | undefined }
  /** Only a read of the whole directory can show what changed. */
  | { readonly kind: 'unclear'; readonly reason: string }
  /** A change or an answer does not arrive. If that lasts, the watch ends. */
  | { readonly kind: 'late'; readonly reason: string }
  /** Everything that the server committed before this time (of `performance.now`) was reported. */
  | { readonly kind: 'current'; readonly at: number };

/** A group that a read found. */
export interface FoundGroup {
  readonly externalId: ExternalId | undefined;
  readonly dn: string;
  readonly name: string | undefined;
}

/** What is stored of linked people, by identity; null: no username is stored. */
export type StoredPeople = ReadonlyMap<ExternalId, { readonly dn: string; readonly username: string | null }>;

/** What the database knows about hinted entries. */
export interface KnownEntries {
  /** Earlier DNs. */
  readonly dns: readonly string[];
  /** Earlier usernames. */
  readonly usernames: readonly string[];
  /** Groups with hinted people according to the database. */
  readonly groups: readonly ExternalId[];
}

/** The members of AccessGroups according to the database. */
export interface StoredMembers {
  /** The AccessGroup of each directory group that has one. */
  readonly accessGroups: ReadonlyMap<ExternalId, number>;
  /** Those of owner level: all of their members are needed to know who is the last owner of a team. */
  readonly ownerGroups: ReadonlySet<number>;
  readonly members: readonly StoredMember[];
  /** Members without a link to an entry of this directory. */
  readonly unlinked: readonly number[];
}

export interface StoredMember {
  readonly userId: number;
  /** Those of the AccessGroups that have this member. */
  readonly memberOf: readonly number[];
  readonly externalId: ExternalId;
  readonly dn: string;
  readonly username: string | null;
  /** Some membership of the person is in doubt. */
  readonly isDoubted: boolean;
}

/** Returns the members of the AccessGroups of these directory groups. */
export type LoadMembers = (groups: readonly ExternalId[]) => Promise<StoredMembers>;

/** Hinted entries, and how to ask the database about them. */
export interface HintedEntries {
  readonly hints: readonly Hint[];
  /** The DN or name of a group: only this group is read, and the hints select no others. */
  readonly group?: string;
  /** The username or DN of a person, to be found in the directory. */
  readonly user?: string;
  /** Returns what the database knows about these entries. */
  readonly known: (hints: readonly Hint[]) => Promise<KnownEntries>;
  /** Returns the stored DNs and usernames of these people. People without a link to a local user are left out. */
  readonly linked: (people: readonly ExternalId[]) => Promise<StoredPeople>;
  /** Returns the groups that must be read together with those that were found. */
  readonly related: (found: readonly FoundGroup[], hints: readonly Hint[]) => Promise<readonly ExternalId[]>;
}

/** What a process records about its watch. */
export interface WatchState {
  /** undefined: there is no watch now. */
  readonly mechanism: Mechanism | undefined;
  readonly server: string | undefined;
  /** Why there is no watch, or why it is only a poll. */
  readonly problem: string | undefined;
  /** How long ago everything of the directory was applied or held; undefined: unchanged. */
  readonly currentMs: number | undefined;
  /** Since the last record: reported changes that may have an effect, and watches that ended with an error. */
  readonly reported: number;
  readonly reopened: number;
}

/** Upper limits of the histograms of the time until a commit, in seconds. */
export const LAG_LIMITS: readonly number[] = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** How long something took: how often it happened, the seconds in all, and how many times it took no longer than a time. */
export interface Durations {
  readonly changes: number;
  readonly seconds: number;
  readonly within: readonly { readonly seconds: number; readonly changes: number }[];
}

/** How the changes of a directory are followed. Its durations: of runs that applied reported changes, from the first report. */
export interface WatchStatus extends Durations {
  /** undefined: they are not followed now. */
  readonly mechanism: Mechanism | undefined;
  readonly server: string | undefined;
  /** Why they are not followed, or only by polling. */
  readonly problem: string | undefined;
  /** When a reported change was applied last. */
  readonly changedAt: Date | undefined;
  /** Reported changes that may have an effect. */
  readonly reported: number;
  /** Watches that ended with an error and were opened again. */
  readonly reopened: number;
  /** From changes in the directory, by its clock, to their commit. `p99`: the seconds in which 99 % of them were applied. */
  readonly lag: Durations & { readonly p99: number | undefined };
}
