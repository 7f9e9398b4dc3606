/**
 * Text rules for names that come from a directory: which spellings are equal, and which characters a name must not
 * contain.
 */
import { normalise } from './normalise.ts';

/**
 * Scripts in which a joiner (U+200C, U+200D) between two letters changes the word: RFC 5892 appendix A allows it there.
 * Emoji use the same joiner and variation selectors. Han and Mongolian letters have variation selectors of their own.
 */
const JOINING_SCRIPTS =
  '\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Mongolian}\\p{Script=Nko}\\p{Script=Devanagari}\\p{Script=Bengali}' +
  '\\p{Script=Gurmukhi}\\p{Script=Gujarati}\\p{Script=Oriya}\\p{Script=Tamil}\\p{Script=Telugu}\\p{Script=Kannada}' +
  '\\p{Script=Malayalam}\\p{Script=Sinhala}\\p{Script=Khmer}\\p{Script=Myanmar}\\p{Script=Tibetan}';
const ALLOWED_JOINERS = new RegExp(
  [
    `(?<=[${JOINING_SCRIPTS}]\\p{M}*)[\\u200C\\u200D](?=[${JOINING_SCRIPTS}])`,
    '(?<=\\p{Extended_Pictographic}[\\u{1F3FB}-\\u{1F3FF}]?\\uFE0F?)\\u200D(?=\\p{Extended_Pictographic})',
    '(?<=\\p{Extended_Pictographic})\\uFE0F',
    '(?<=[#*0-9])\\uFE0F(?=\\u20E3)',
    '(?<=\\p{Script=Han})[\\uFE00-\\uFE02\\u{E0100}-\\u{E01EF}]',
    '(?<=\\p{Script=Mongolian})[\\u180B-\\u180D\\u180F]',
  ].join('|'),
  'gu',
);
/**
 * Control characters, format characters (bidi marks and overrides included), characters without a glyph, and
 * noncharacters.
 */
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2028\u2029\u2800\uFFF9-\uFFFC]/u;
/**
 * Format characters that have a glyph: they apply to the digits that follow (Unicode 9.2,
 * Prepended_Concatenation_Mark).
 */
const VISIBLE_FORMATS = /[\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}]/gu;
const PLAIN = /^[ -~]*$/;

/** NFC, trimmed, runs of white space collapsed: LDAP matching ignores the same differences (RFC 4518 2.6.1). */
export function squeeze(text: string): string {
  return normalise(text, 'NFC').replace(/\s+/gu, ' ').trim();
}

/**
 * Whether the text is valid Unicode without control, bidi control or invisible characters. Joiners and variation
 * selectors are allowed where a script or an emoji needs them.
 */
export function isVisible(text: string): boolean {
  if (PLAIN.test(text)) return true;
  return text.isWellFormed() && !HIDDEN.test(text.replace(ALLOWED_JOINERS, '').replace(VISIBLE_FORMATS, ''));
}

/** How many characters PostgreSQL counts in a text: code points, not UTF-16 units. */
export function lengthOf(text: string): number {
  return PLAIN.test(text) ? text.length : Array.from(text).length;
}
