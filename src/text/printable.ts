/** Text of others, made harmless for terminals, logs and eyes. */

/**
 * What moves a cursor, ends a line, turns the direction of text or cannot be seen: controls, formats (zero-width, bidi,
 * tags, soft hyphen), separators of lines and paragraphs, lone surrogates, and letters without a look.
 */
const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u2800\u3164\uffa0]|\u034f|\u17b4|\u17b5/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * The text on one line, with every harmful character as JSON writes it: `\u202e`, `\n`. So text that is JSON already
 * means the same as before.
 */
export function printable(text: string): string {
  return text.replace(HARMFUL, escaped);
}

/** The same, for text whose line feeds are our own. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

function escaped(character: string): string {
  return SHORT[character] ?? character.split('').map(codeUnit).join('');
}

function codeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
