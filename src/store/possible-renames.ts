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
  const waiting = Map.groupBy(wanted, rename => bearer.get(`${rename.teamId}/${rename.newName}`));
  const stuck = new Set<Rename>();
  for (const several of rivals.values())
    if (several.length > 1) for (const rename of several) stuck.add(rename);
  const leaving = new Set(wanted.map(rename => rename.id));
  for (const [id, blocked] of waiting)
    if (id !== undefined && !leaving.has(id)) for (const rename of blocked) stuck.add(rename);
  // A set goes on to what it is given meanwhile.
  for (const { id } of stuck) for (const rename of waiting.get(id) ?? []) stuck.add(rename);
  return wanted.filter(rename => !stuck.has(rename));
}
