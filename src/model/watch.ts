/** What a watch of a directory reports. Types only. */
import type { ExternalId } from './snapshot.ts';

/** How a directory is watched. */
export type Mechanism = 'syncrepl' | 'persistent search' | 'notification' | 'polling';

/**
 * An entry that changed, as far as the server reports it. A hint says where to look, and never what changed: it may be late,
 * repeated or missing.
 */
export interface Hint {
  readonly id?: ExternalId;
  /** Where the entry is, or where it was when it was deleted. */
  readonly dn?: string;
  /** Where the entry was before, if it was renamed or moved and this is known. */
  readonly oldDn?: string;
}

export type WatchEvent =
  | { readonly kind: 'hint'; readonly hint: Hint }
  /** Only a read of the whole directory can show what changed. */
  | { readonly kind: 'unclear'; readonly reason: string }
  /** Everything that the server committed before this time (milliseconds since 1970) was reported. */
  | { readonly kind: 'current'; readonly at: number };
