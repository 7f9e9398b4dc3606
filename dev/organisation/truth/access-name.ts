/** The expected name of an AccessGroup, computed independently of the product (situations A1 to A6). */

const LONGEST = 64;
const SHORTENED = 55;

function codePoints(text: string): number {
  return Array.from(text).length;
}

/** The first graphemes of a text, up to `limit` code points. */
function graphemesWithin(text: string, limit: number): string {
  let kept = '';
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    if (codePoints(kept + segment) > limit) break;
    kept += segment;
  }
  return kept;
}

/** The name for cn and identity of a group; undefined: no valid name. */
export function accessName(cn: string, externalId: string): string | undefined {
  const name = cn.normalize('NFC').replace(/\s+/gu, ' ').trim();
  if (name === '' || /\p{Cc}/u.test(name)) return undefined;
  if (codePoints(name) <= LONGEST) return name;
  return `${graphemesWithin(name, SHORTENED)}~${externalId.slice(0, 8)}`;
}
