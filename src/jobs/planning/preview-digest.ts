/** The digest of a preview: a confirmation with this digest applies exactly what the preview showed. */
import { createHash } from 'node:crypto';
import { RefusedError } from '../../errors.ts';

/** SHA-256 in hex: equal digests mean equal previews. The keys of `preview` must have a fixed order. */
export function digestOf(preview: object): string {
  return createHash('sha256').update(JSON.stringify(preview)).digest('hex');
}

/** Throws RefusedError `plan_changed` if the preview is no longer the one that the caller confirms. */
export function requireSameDigest(digest: string, confirmed: string | undefined, action: string): void {
  if (confirmed === undefined || confirmed === digest) return;
  throw new RefusedError(
    'plan_changed',
    `what ${action} would do has changed since the preview: preview it again`,
  );
}
