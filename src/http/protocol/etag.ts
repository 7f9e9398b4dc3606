/** Strong entity tags (RFC 9110, 8.8.3) of single resources, which If-Match can compare. */
import { createHash } from 'node:crypto';

/** The entity tag of a representation. */
export function etagOf(representation: object): string {
  return `"${createHash('sha256').update(JSON.stringify(representation)).digest('base64url').slice(0, 27)}"`;
}
