/** Escapes untrusted text so that it is safe to print in terminals and logs. */

/**
 * Characters that move the cursor, end a line, change the text direction or are invisible: controls, formats
 * (zero-width, bidi, tags, soft hyphen), line and paragraph separators, lone surrogates, and letters without a glyph.
 */
const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u2800\u3164\uffa0]|\u034f|\u17b4|\u17b5/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * The text on one line, with every harmful character escaped as in JSON: `\u202e`, `\n`. Text that is already JSON
 * keeps its meaning.
 */
export function printable(text: string): string {
  return text.replace(HARMFUL, escaped);
}

/** Same as `printable`, but keeps line feeds. Use it for text whose line feeds Rollcall wrote. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

function escaped(character: string): string {
  return SHORT[character] ?? character.split('').map(codeUnit).join('');
}

function codeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
