/** Links of directory entries to local users and decisions about them, for the API and the commands. Types only. */
import type { Page, PageRequest } from '../access.ts';
import type { UserLink } from '../current.ts';
import type { Decision, Run } from '../run.ts';

/**
 * `waiting`: a local user matches the entry, and an operator has to confirm that it is the same person. `refused`: an operator
 * refused or removed the link, so no run makes it.
 */
export type ListedLinkState = 'linked' | 'waiting' | 'refused';

export interface ListedLink {
  readonly username: string;
  readonly fullName: string;
  readonly directory: string;
  readonly state: ListedLinkState;
  /** The identity of the entry. */
  readonly entry: string;
  readonly dn: string;
  /** The username of the entry in the last read. */
  readonly entryUsername: string | null;
  readonly matchedBy: UserLink['matchedBy'];
  /** The run that last wrote the link or the request. */
  readonly runId: number;
  /** Since when it waits, or when it was refused; null: it is linked. */
  readonly since: Date | null;
  readonly decidedBy: string | null;
  readonly decidedReason: string | null;
}

export interface LinkDecision extends Omit<Decision, 'at'> {
  readonly username: string;
  readonly directory: string;
  readonly decision: 'confirm' | 'refuse';
  /** The identity of the entry that the operator saw. */
  readonly entry: string;
}

export interface Unlink extends Omit<Decision, 'at'> {
  readonly username: string;
  readonly directory: string;
}

/** Username, directory, identity of the entry. */
export type LinkKey = readonly [string, string, string];

export interface LinkListRequest extends PageRequest<LinkKey> {
  readonly username?: string | undefined;
  readonly directory?: string | undefined;
  readonly state?: ListedLinkState | undefined;
}

/** Each decision returns the queued run that applies it; undefined: the directory is no longer configured. */
export interface LinkOperations {
  /** Sorted by username. */
  list(page: LinkListRequest): Promise<Page<ListedLink, LinkKey>>;
  /**
   * Throws RefusedError `unknown_link` if that link does not wait and was not refused, and `already_linked` if the user or the
   * entry is linked to another.
   */
  decide(decision: LinkDecision): Promise<Run | undefined>;
  /** Removes the link of a user. No run makes it again. Throws RefusedError `unknown_link` if the user has none. */
  unlink(request: Unlink): Promise<Run | undefined>;
}
