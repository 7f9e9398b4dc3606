/** Who bore a username when the directory was last read. */
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

function keyOf(username: string): string {
  return storable(username.toLowerCase());
}
