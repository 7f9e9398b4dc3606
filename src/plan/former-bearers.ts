/** Who bears a username, and who bore it when the directory was last read. */
import type { Snapshot } from '../model.ts';
import type { UserLink } from '../model-current.ts';
import { storable } from '../storable.ts';

/** Whether a linked person other than `own` bore a username. */
export type FormerBearers = (username: string, own: UserLink) => boolean;

/** Built when it is first asked, because most plans do not ask. */
export function formerBearers(links: readonly UserLink[]): FormerBearers {
  let byName: Map<string, UserLink[]> | undefined;
  return (username, own) => {
    byName ??= Map.groupBy(links, link => keyOf(link.username ?? ''));
    return byName.get(keyOf(username))?.some(link => link.externalId !== own.externalId) ?? false;
  };
}

/**
 * Whether a username that an entry shows is remembered as the person's: where a complete read found no other entry that
 * bears it, and nobody else bore it before. A person could else make a colleague's name their own, and stay by it where
 * the colleague is named.
 */
export function newNames(
  { whole, users, references }: Pick<Snapshot, 'whole' | 'users' | 'references'>,
  links: readonly UserLink[],
): (username: string, own: UserLink) => boolean {
  if (!whole) return () => false;
  const isOthers = formerBearers(links);
  let several: Set<string> | undefined;
  return (username, own) => {
    several ??= borneBySeveral(users, references);
    return !several.has(keyOf(username)) && !isOthers(username, own);
  };
}

function borneBySeveral(users: Snapshot['users'], references: Snapshot['references']): Set<string> {
  const seen = new Set<string>();
  const several = new Set<string>();
  for (const { username } of users) {
    if (username === undefined) continue;
    const key = keyOf(username);
    if (seen.has(key)) several.add(key);
    seen.add(key);
  }
  // Where one of several bears it as a second value, only what a group names is known.
  for (const { value, candidates } of references) if (candidates.length > 0) several.add(keyOf(value));
  return several;
}

function keyOf(username: string): string {
  return storable(username.toLowerCase());
}
