export interface Rename {
  readonly id: number;
  readonly teamId: number;
  readonly name: string;
  readonly newName: string;
}

/** Who has a name now. */
export interface Bearer {
  readonly id: number;
  readonly teamId: number;
  readonly name: string;
}

/** Without those whose new name a group keeps or several want. Each one that stays blocks the one that wants its name. */
export function possibleRenames(wanted: readonly Rename[], bearers: readonly Bearer[]): readonly Rename[] {
  const bearer = new Map(bearers.map(group => [`${group.teamId}/${group.name}`, group.id]));
  const rivals = Map.groupBy(wanted, rename => `${rename.teamId}/${rename.newName}`);
  const leaving = new Set(wanted.map(rename => rename.id));
  const waiting = new Map<number, readonly Rename[]>();
  const stuck = new Set<Rename>();
  for (const [key, several] of rivals) {
    const holder = bearer.get(key);
    if (holder !== undefined) waiting.set(holder, several);
    const isHeld = holder !== undefined && !leaving.has(holder);
    if (isHeld || several.length > 1) for (const rename of several) stuck.add(rename);
  }
  // A set goes on to what it is given meanwhile.
  for (const { id } of stuck) for (const rename of waiting.get(id) ?? []) stuck.add(rename);
  return wanted.filter(rename => !stuck.has(rename));
}
