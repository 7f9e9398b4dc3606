/** Texts that strangers write, before a column holds them. */

/**
 * The text as PostgreSQL holds it, so that what is compared with a row is what the row says: no NUL, which text columns refuse,
 * and no lone surrogate.
 */
export function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}
