/** What one page shows about a user. Types only. */
import type { UserSummary } from '../access.ts';

/** The linked entry of a user in a directory. `username`: what the directory calls the user; null: not known. */
export interface PersonEntry {
  readonly directory: string;
  readonly dn: string;
  readonly username: string | null;
  readonly matchedBy: string;
}

/** A removal of the user from a group that waits for a decision. `plan`: the digest of the held plan. */
export interface HeldRemoval {
  readonly groupId: number;
  readonly team: string;
  readonly group: string;
  readonly plan: string;
}

export interface PersonDetail extends UserSummary {
  readonly entries: readonly PersonEntry[];
  readonly held: readonly HeldRemoval[];
}
