/** Entity tags of single resources (RFC 9110, 8.8.3): strong, so that If-Match may compare them. */
import { createHash } from 'node:crypto';

/** The tag of exactly this representation. */
export function etagOf(representation: object): string {
  return `"${createHash('sha256').update(JSON.stringify(representation)).digest('base64url').slice(0, 27)}"`;
}
