/** Membership in three values: in, out because of a fact, or in doubt. */
import type { ExternalId } from './snapshot.ts';

/**
 * Why a member is out:
 *
 *   not_member    the group was read completely, and none of its values can name the person
 *   disabled      the person's account is disabled or expired in the directory
 *   left_scope    the person's entry exists, but is no longer within the configured users
 *   absent_twice  the entry that caused the membership was absent from two complete reads
 *   decided       an administrator decided to remove the member
 */
export type Fact = 'not_member' | 'disabled' | 'left_scope' | 'absent_twice' | 'decided';

/**
 * Why it is unknown whether a user should still be a member:
 *
 *   ambiguous_user        a value names several people, and the member is one of them
 *   source_id_missing     an entry that may be the person's shows no identity
 *   duplicate_id          several entries show the person's identity
 *   entry_absent          an entry that may cause the membership was absent from one complete read, or another one is in its place
 *   elsewhere             another server holds that part of the directory
 *   unreadable            the server gave no answer for a value, or does not show whether the entry is a person or a group
 *   undecodable           a value is not valid text
 *   out_of_scope          a value names an entry outside the configured bases
 *   value_unread          the server does not say that no value of the group names the member
 *   username_unread       the person's entry does not show the username by which a value names it
 *   primary_group_unread  the person's entry does not show its primary group, and the server does not say that it has none
 *   changed_during_read   the directory changed while it was read, and a second look did not confirm the removal
 *   other_server          the server may not have all changes that an earlier read found on another server, or is catching up
 */
export type DoubtKind =
  | 'ambiguous_user'
  | 'source_id_missing'
  | 'duplicate_id'
  | 'entry_absent'
  | 'elsewhere'
  | 'unreadable'
  | 'undecodable'
  | 'out_of_scope'
  | 'value_unread'
  | 'username_unread'
  | 'primary_group_unread'
  | 'changed_during_read'
  | 'other_server';

/** A member of a managed group who stays because nothing proves that they are out. */
export interface MembershipDoubt {
  readonly accessGroupId: number;
  readonly userId: number;
  readonly kind: DoubtKind;
  /**
   * The sorted keys that the doubt depends on: keys of UnresolvedReference, or prefixes such as `id:` and `entry:` with a
   * value.
   */
  readonly keys: readonly string[];
  /** The values and DNs behind it, as the directory spells them. */
  readonly dns: readonly string[];
}

/** The decision of an administrator about a doubt. */
export type DoubtDecision = 'keep' | 'remove';

/** A doubt of an earlier run. */
export interface KnownDoubt extends MembershipDoubt {
  readonly decision: DoubtDecision | undefined;
}

/** An unresolved reference, or an identity that was not found, as the last complete read stored it. */
export interface KnownReference {
  /** No entry was found. */
  readonly absent: boolean;
  /** Milliseconds since the first complete read in a row that showed it so. */
  readonly ageMs: number;
  /** A later complete read showed the same. */
  readonly repeated: boolean;
  /** By directory group whose values include it: whether the group had members when a read first found it so. */
  readonly groups: Readonly<Record<ExternalId, boolean>>;
}

/**
 * The prefixes of the keys of the causes of memberships: nested groups, memberURLs and values with a bit string
 * (doubt/former-causes.ts).
 */
export const CAUSE_PREFIXES = ['nested:', 'url:', 'bits:'] as const;

/** A doubt in a list for administrators. */
export interface ListedDoubt {
  readonly directory: string;
  readonly accessGroupId: number;
  readonly team: string;
  readonly group: string;
  readonly username: string;
  readonly kind: DoubtKind;
  /** The values and DNs that the doubt depends on, as the directory spells them. */
  readonly dns: readonly string[];
  readonly since: Date;
  /** The run that found the doubt, or that last changed what it depends on. */
  readonly runId: number;
  readonly decision: DoubtDecision | null;
  readonly decidedBy: string | null;
  readonly decidedReason: string | null;
  readonly decidedAt: Date | null;
}

/** A listed doubt with an explanation of its kind. */
export interface ExplainedDoubt extends ListedDoubt {
  readonly explanation: string;
  readonly wayOut: string;
  /** The next complete read resolves the doubt. */
  readonly endsByReading: boolean;
}

/** The request of an administrator to decide about members of one AccessGroup. */
export interface DoubtDecisionRequest {
  readonly accessGroupId: number;
  readonly usernames: readonly string[];
  readonly decision: DoubtDecision;
  readonly by: string;
  readonly reason: string;
}

/** How many members of a directory's groups are in doubt. */
export interface DoubtCounts {
  readonly total: number;
  readonly undecided: number;
  /** When the oldest undecided doubt began; undefined: there is none. */
  readonly oldestSince: Date | undefined;
  /** Kinds that do not occur are omitted. */
  readonly byKind: Readonly<Partial<Record<DoubtKind, number>>>;
}
