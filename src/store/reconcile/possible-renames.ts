/** Decides which renames of a run are possible. */
export interface Rename {
  readonly id: number;
  readonly teamId: number;
  readonly name: string;
  readonly newName: string;
}

/** A group that currently has a name. */
export interface NameHolder {
  readonly id: number;
  readonly teamId: number;
  readonly name: string;
}

/**
 * Returns the renames whose new name only one group wants and no other group keeps. A group whose own rename is impossible
 * keeps its name, and so blocks the group that wants it.
 */
export function possibleRenames(
  wanted: readonly Rename[],
  holders: readonly NameHolder[],
): readonly Rename[] {
  const holderOf = new Map(holders.map(group => [`${group.teamId}/${group.name}`, group.id]));
  const rivals = Map.groupBy(wanted, rename => `${rename.teamId}/${rename.newName}`);
  const leaving = new Set(wanted.map(rename => rename.id));
  const waiting = new Map<number, readonly Rename[]>();
  const stuck = new Set<Rename>();
  for (const [key, several] of rivals) {
    const holder = holderOf.get(key);
    if (holder !== undefined) waiting.set(holder, several);
    const isHeld = holder !== undefined && !leaving.has(holder);
    if (isHeld || several.length > 1) for (const rename of several) stuck.add(rename);
  }
  // Iteration over a Set includes elements that are added during the loop.
  for (const { id } of stuck) for (const rename of waiting.get(id) ?? []) stuck.add(rename);
  return wanted.filter(rename => !stuck.has(rename));
}
