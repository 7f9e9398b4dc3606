/** Texts of a directory as names are made from them: which spellings are one text, and which characters no name takes. */
import { normalise } from './normalise.ts';

/**
 * Letters between which a joiner (U+200C, U+200D) changes what a word says: RFC 5892 appendix A allows it there. Emoji
 * are joined and varied by the same characters, Han and Mongolian letters varied by selectors of their own.
 */
const JOINED =
  '\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Mongolian}\\p{Script=Nko}\\p{Script=Devanagari}\\p{Script=Bengali}' +
  '\\p{Script=Gurmukhi}\\p{Script=Gujarati}\\p{Script=Oriya}\\p{Script=Tamil}\\p{Script=Telugu}\\p{Script=Kannada}' +
  '\\p{Script=Malayalam}\\p{Script=Sinhala}\\p{Script=Khmer}\\p{Script=Myanmar}\\p{Script=Tibetan}';
const NEEDED = new RegExp(
  [
    `(?<=[${JOINED}]\\p{M}*)[\\u200C\\u200D](?=[${JOINED}])`,
    '(?<=\\p{Extended_Pictographic}[\\u{1F3FB}-\\u{1F3FF}]?\\uFE0F?)\\u200D(?=\\p{Extended_Pictographic})',
    '(?<=\\p{Extended_Pictographic})\\uFE0F',
    '(?<=[#*0-9])\\uFE0F(?=\\u20E3)',
    '(?<=\\p{Script=Han})[\\uFE00-\\uFE02\\u{E0100}-\\u{E01EF}]',
    '(?<=\\p{Script=Mongolian})[\\u180B-\\u180D\\u180F]',
  ].join('|'),
  'gu',
);
/** Controls, formats (bidi marks and overrides among them), what is drawn as nothing, and what is no character. */
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2028\u2029\u2800\uFFF9-\uFFFC]/u;
/** Formats that are drawn: they say something about the digits that follow (Unicode 9.2, Prepended_Concatenation_Mark). */
const DRAWN = /[\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}]/gu;
const PLAIN = /^[ -~]*$/;

/** NFC, trimmed, runs of white space collapsed: LDAP matching ignores the same differences (RFC 4518 2.6.1). */
export function squeeze(text: string): string {
  return normalise(text, 'NFC').replace(/\s+/gu, ' ').trim();
}

/**
 * Whether the text is valid Unicode that shows what it holds: no control, no bidi control, nothing invisible. Joiners
 * and selectors count as visible where a script or an emoji needs them.
 */
export function isVisible(text: string): boolean {
  if (PLAIN.test(text)) return true;
  return text.isWellFormed() && !HIDDEN.test(text.replace(NEEDED, '').replace(DRAWN, ''));
}

/** How many characters PostgreSQL counts in a text: code points, not UTF-16 units. */
export function lengthOf(text: string): number {
  return PLAIN.test(text) ? text.length : Array.from(text).length;
}
