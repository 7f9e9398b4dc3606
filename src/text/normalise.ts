/** Unicode normalisation of untrusted text in bounded time. */

/** Compatibility mapping expands one character to up to eighteen (U+FDFA). */
const LONGEST = 4096;
/**
 * More combining marks on one letter than the stream-safe text format allows (UAX #15 section 13). ICU takes quadratic
 * time to sort them: one second for 64 KiB. Half-width voiced marks decompose to such marks.
 */
const TOO_MANY_MARKS = /[\p{M}\uff9e\uff9f]{31}/u;

/**
 * Normalises the text. Returns it unchanged if that would take more than linear time or space: such a text is not a
 * real name, and it still equals itself.
 */
export function normalise(text: string, form: 'NFC' | 'NFKC'): string {
  if (text.length < 31) return text.normalize(form);
  return text.length > LONGEST || TOO_MANY_MARKS.test(text) ? text : text.normalize(form);
}
