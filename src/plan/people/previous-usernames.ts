/** Who bears a username, and who bore it when the directory was last read. */
import type { UserLink } from '../../model/current.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { each, grouped, type Steps } from '../../steps/steps.ts';
import { storable } from '../../text/storable.ts';

/** Whether a linked person other than `own` bore a username. */
export type FormerBearers = (username: string, own: UserLink) => boolean;

/** Linear in the links: to be built where a plan asks, because most do not. */
export function* formerBearers(links: readonly UserLink[]): Steps<FormerBearers> {
  const byName = yield* grouped(links, link => keyOf(link.username ?? ''));
  return (username, own) =>
    byName.get(keyOf(username))?.some(link => link.externalId !== own.externalId) ?? false;
}

/** Whether a username that the entry of a linked person shows is to be remembered as that person's. */
export type NewName = (username: string, own: UserLink) => boolean;

/**
 * Only if a complete read found no other entry with it, and no other person had it before: otherwise a person could take
 * the username of a colleague, and stay where the colleague is named. Linear, as `formerBearers`.
 */
export function* newNames(
  { whole, users, references }: Pick<Snapshot, 'whole' | 'users' | 'references'>,
  links: readonly UserLink[],
): Steps<NewName> {
  if (!whole) return () => false;
  const isOthers = yield* formerBearers(links);
  const several = yield* sharedUsernames(users, references);
  return (username, own) => !several.has(keyOf(username)) && !isOthers(username, own);
}

function* sharedUsernames(
  users: Snapshot['users'],
  references: Snapshot['references'],
): Steps<ReadonlySet<string>> {
  const seen = new Set<string>();
  const several = new Set<string>();
  yield* each(users, ({ username }) => {
    if (username === undefined) return;
    const key = keyOf(username);
    if (seen.has(key)) several.add(key);
    seen.add(key);
  });
  // If one of several entries has it as a second value, only what a group names is known.
  yield* each(references, ({ value, candidates }) => {
    if (candidates.length > 0) several.add(keyOf(value));
  });
  return several;
}

function keyOf(username: string): string {
  return storable(username.toLowerCase());
}
