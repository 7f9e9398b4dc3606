/** Suggestions for misspelt words: "did you mean …". */

/** The candidate that is most similar to the text; undefined if none is similar enough. */
export function suggest(text: string, candidates: readonly string[]): string | undefined {
  const wanted = plain(text);
  const [best] = candidates
    .map(candidate => ({ candidate, distance: distance(wanted, plain(candidate)) }))
    .sort((one, other) => one.distance - other.distance);
  return best !== undefined && best.distance <= Math.max(1, Math.floor(wanted.length / 4))
    ? best.candidate
    : undefined;
}

/** Normalises spelling: bind_dn, bind-dn, BindDN and bindDn are equal. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[-_\s]/g, '')
    .slice(0, 64);
}

/** The edit distance with insertions, deletions, substitutions and transpositions (optimal string alignment). */
function distance(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let row = 1; row <= one.length; row++) {
    rows.push([row]);
    for (let column = 1; column <= other.length; column++) {
      const replaced = at(row - 1, column - 1) + (one[row - 1] === other[column - 1] ? 0 : 1);
      const isSwapped = row > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      const swapped = isSwapped ? at(row - 2, column - 2) + 1 : replaced;
      rows[row]?.push(Math.min(replaced, swapped, at(row - 1, column) + 1, at(row, column - 1) + 1));
    }
  }
  return at(one.length, other.length);
}
