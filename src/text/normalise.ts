/** Unicode normalisation of text that a stranger wrote. */

/** Compatibility mapping makes eighteen characters of one (U+FDFA). */
const LONGEST = 4096;
/**
 * More marks on one letter than the stream-safe text format allows (UAX #15 section 13). Sorting them takes ICU quadratic
 * time: 64 KiB of them a second. Half-width voiced marks become such marks.
 */
const ENDLESS_MARKS = /[\p{M}\uff9e\uff9f]{31}/u;

/**
 * The text in a normalisation form; as it is where that would take more than linear time or space. Such a text is nobody's
 * name, and still equals itself.
 */
export function normalise(text: string, form: 'NFC' | 'NFKC'): string {
  if (text.length < 31) return text.normalize(form);
  return text.length > LONGEST || ENDLESS_MARKS.test(text) ? text : text.normalize(form);
}
