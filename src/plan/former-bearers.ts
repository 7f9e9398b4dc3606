/** Who bore a username when the directory was last read. */
import type { UserLink } from '../model-current.ts';
import { grouped, type Steps } from '../steps.ts';
import { storable } from '../storable.ts';

/** Whether a linked person other than `own` bore a username. */
export type FormerBearers = (username: string, own: UserLink) => boolean;

/** Linear in the links: to be built where a plan asks, because most do not. */
export function* formerBearers(links: readonly UserLink[]): Steps<FormerBearers> {
  const byName = yield* grouped(links, link => keyOf(link.username ?? ''));
  return (username, own) =>
    byName.get(keyOf(username))?.some(link => link.externalId !== own.externalId) ?? false;
}

function keyOf(username: string): string {
  return storable(username.toLowerCase());
}
