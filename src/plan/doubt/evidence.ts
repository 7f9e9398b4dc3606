/** The evidence that a member may still be in a group although no value is known to name the member. */
import type { DoubtKind, KnownReference } from '../../model/doubt.ts';

/** One reason to doubt that a member is out. */
export interface Evidence {
  readonly kind: DoubtKind;
  /** Identifies the evidence, the same in every read: the key of an UnresolvedReference, or a prefix and an identity. */
  readonly key: string;
  /** The value or DN, as the directory spells it. */
  readonly dn: string;
  /**
   * What proves that this evidence does not make the user a member: `absence` of the entry from two complete reads, two
   * complete `reads` that show the same, or `none`: the doubt stays as long as the evidence.
   */
  readonly proof: 'absence' | 'reads' | 'none';
}

/** Returns the key under which the absence of an identity is stored. */
export function identityKey(externalId: string): string {
  return `id:${externalId}`;
}

/** Returns the key of a doubt about an entry without a unique identity, which shows its DN (`dnReference`). */
export function entryKey(reference: string): string {
  return `entry:${reference}`;
}

/** The prefix of the keys of nested groups that caused memberships; their identity follows. */
export const NESTED = 'nested:';

/** The prefix of the keys of doubts about a person's primary group. */
export const PRIMARY = 'primary:';

/** The conditions under which an absence is proved. */
export interface Grace {
  readonly graceMs: number;
  /** Whether this read counts as the second complete read without an entry that the last one did not find. */
  readonly counts: boolean;
}

/** Whether two complete reads have shown the same, and `guard.grace` is over. */
export function isRepeated({ ageMs, repeated }: KnownReference, { graceMs, counts }: Grace): boolean {
  return ageMs >= graceMs && (counts || repeated);
}
