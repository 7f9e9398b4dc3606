/** Prepares untrusted text for PostgreSQL columns. */

/**
 * The text as PostgreSQL stores it, so that a comparison with a stored row gives the right result. Replaces NUL, which
 * text columns reject, and lone surrogates.
 */
export function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}
