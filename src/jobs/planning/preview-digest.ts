/** A name for exactly what a person was shown. */
import { createHash } from 'node:crypto';

/** SHA-256 in hex: equal digests mean that equal things were shown. The keys of `shown` must come in a fixed order. */
export function digestOf(shown: object): string {
  return createHash('sha256').update(JSON.stringify(shown)).digest('hex');
}
