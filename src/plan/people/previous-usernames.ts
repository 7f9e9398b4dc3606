/** Finds who has a username now, and who had it when the directory was last read. */
import type { UserLink } from '../../model/current.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { each, grouped, type Steps } from '../../steps/steps.ts';
import { storable } from '../../text/storable.ts';

/** Whether a linked person other than `own` had a username. */
export type FormerOwners = (username: string, own: UserLink) => boolean;

/** Linear in the links. Build it only when a plan needs it, because most plans do not. */
export function* formerOwners(links: readonly UserLink[]): Steps<FormerOwners> {
  const byName = yield* grouped(links, link => keyOf(link.username ?? ''));
  return (username, own) =>
    byName.get(keyOf(username))?.some(link => link.externalId !== own.externalId) ?? false;
}

/** Whether the username that the entry of a linked person shows is stored as the username of that person. */
export type NewName = (username: string, own: UserLink) => boolean;

/**
 * A new username is stored only if a complete read found no other entry with it and no other person had it before.
 * Otherwise a person could take the username of a colleague and stay in the groups that name the colleague. Linear in
 * people and links.
 */
export function* newNames(
  { whole, users, references }: Pick<Snapshot, 'whole' | 'users' | 'references'>,
  links: readonly UserLink[],
): Steps<NewName> {
  if (!whole) return () => false;
  const isOthers = yield* formerOwners(links);
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
  // A username that is the second value of an entry is known only if a group names it.
  yield* each(references, ({ value, candidates }) => {
    if (candidates.length > 0) several.add(keyOf(value));
  });
  return several;
}

function keyOf(username: string): string {
  return storable(username.toLowerCase());
}
