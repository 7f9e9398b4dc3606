/** What may name a member whom no value is known to name. */
import type { DoubtKind, KnownReference } from '../../model/doubt.ts';

/** One reason to doubt that a member is out. */
export interface Evidence {
  readonly kind: DoubtKind;
  /** Tells it apart, the same in every read: the key of an UnresolvedReference, or a prefix and an identity. */
  readonly key: string;
  /** The value or DN, as the directory spells it. */
  readonly dn: string;
  /**
   * What makes it a fact that this names and carries nobody: `absence` of the entry from two complete reads, two complete
   * `reads` that show the same, or nothing, so that it is a doubt for as long as it lasts.
   */
  readonly proof: 'absence' | 'reads' | 'none';
}

/** The key under which the absence of an identity is remembered. */
export function identityKey(externalId: string): string {
  return `id:${externalId}`;
}

/** How the keys begin of doubts about a person's primary group. */
export const PRIMARY = 'primary:';

/** When an absence is proved. */
export interface Grace {
  readonly graceMs: number;
  /** What was absent in the last complete read counts as absent twice, because this read is a complete one as well. */
  readonly counts: boolean;
}

/** Whether two complete reads, and the time of grace, lie behind what the last one left unresolved. */
export function isRepeated({ ageMs, repeated }: KnownReference, { graceMs, counts }: Grace): boolean {
  return ageMs >= graceMs && (counts || repeated);
}
