/** Membership in three values: in, out because of a fact, or in doubt. Types only. */

/**
 * Why a member is out:
 *
 *   not_member    the values of the group were read whole, and none of them can name the person
 *   disabled      the person's account is disabled or expired in the directory
 *   left_scope    the person's entry is there, and is no person of the configuration any more
 *   absent_twice  the entry that carried the membership was absent from two complete reads
 *   decided       an administrator decided that the doubt is a removal
 */
export type Fact = 'not_member' | 'disabled' | 'left_scope' | 'absent_twice' | 'decided';

/**
 * Why it is not known whether a member should still be one:
 *
 *   ambiguous_user        a value names several people, and the member is one of them
 *   source_id_missing     a value leads to the person's entry, which shows no identity
 *   duplicate_id          several entries show the person's identity
 *   entry_absent          an entry that may carry the membership was absent from one complete read
 *   elsewhere             another server would have to say
 *   unreadable            the server could not answer for one value, or may not say whether the entry is a person or a group
 *   undecodable           a value is no valid text
 *   out_of_scope          a value leads out of the configured bases
 *   username_unread       the person's entry does not show the username by which a value names it
 *   primary_group_unread  the person's entry does not show its primary group, and the server does not say that it has none
 *   changed_during_read   the directory changed while it was read, and a second look did not confirm the removal
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
  | 'username_unread'
  | 'primary_group_unread'
  | 'changed_during_read';

/** A member of a managed group who stays because nothing proves that they are out. */
export interface MembershipDoubt {
  readonly accessGroupId: number;
  readonly userId: number;
  readonly kind: DoubtKind;
  /** What the doubt rests on, in one form: keys of UnresolvedReference, or `id:`, `entry:` and the like. Sorted. */
  readonly keys: readonly string[];
  /** The values and DNs behind it, as the directory spells them. */
  readonly dns: readonly string[];
}

/** What an administrator says about a doubt. */
export type DoubtDecision = 'keep' | 'remove';

/** A doubt of an earlier run. */
export interface KnownDoubt extends MembershipDoubt {
  readonly decision: DoubtDecision | undefined;
}

/** An unresolved reference, or an identity that was not found, as the last complete read left it. */
export interface KnownReference {
  /** No entry was there. */
  readonly absent: boolean;
  /** Milliseconds since the first complete read in a row that showed it so. */
  readonly ageMs: number;
  /** A later complete read showed the same. */
  readonly repeated: boolean;
}

/** A doubt as an administrator is shown it. */
export interface ListedDoubt {
  readonly directory: string;
  readonly accessGroupId: number;
  readonly team: string;
  readonly group: string;
  readonly username: string;
  readonly kind: DoubtKind;
  /** What it rests on: values and DNs, as the directory spells them. */
  readonly dns: readonly string[];
  readonly since: Date;
  /** The run that found it, or found last that it rests on something else. */
  readonly runId: number;
  readonly decision: DoubtDecision | null;
  readonly decidedBy: string | null;
  readonly decidedReason: string | null;
  readonly decidedAt: Date | null;
}

/** The same with the kind in words. */
export interface ExplainedDoubt extends ListedDoubt {
  readonly explanation: string;
  readonly wayOut: string;
  /** The next complete read ends it, one way or the other. */
  readonly endsByReading: boolean;
}

/** What an administrator says about some members of one AccessGroup. */
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
  /** Since when the oldest undecided doubt lasts; undefined: none is undecided. */
  readonly oldestSince: Date | undefined;
  /** Kinds that do not occur are left out. */
  readonly byKind: Readonly<Partial<Record<DoubtKind, number>>>;
}
