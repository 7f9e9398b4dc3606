/** "did you mean …" */

/** The one candidate that the text is most probably a slip of, undefined where none is close. */
export function suggest(text: string, candidates: readonly string[]): string | undefined {
  const wanted = plain(text);
  const [best] = candidates
    .map(candidate => ({ candidate, distance: distance(wanted, plain(candidate)) }))
    .sort((one, other) => one.distance - other.distance);
  return best !== undefined && best.distance <= Math.max(1, Math.floor(wanted.length / 4))
    ? best.candidate
    : undefined;
}

/** bind_dn, bind-dn, BindDN and bindDn are one word. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[-_\s]/g, '')
    .slice(0, 64);
}

/** Levenshtein: how many letters must be inserted, dropped or replaced. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= other.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (letter === other[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
