/** Finds who has a username now, and who had it when the directory was last read. */
import type { CurrentState, UserLink } from '../../model/current.ts';
import type { MembershipDoubt } from '../../model/doubt.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { each, grouped, indexed, mapped, type Steps } from '../../steps/steps.ts';
import { usernameKey } from '../../text/loose-key.ts';
import { storable } from '../../text/storable.ts';
import { hasAllMapped } from '../sets/coverage.ts';

/** Whether a linked person other than `own` had a username. */
export type FormerOwners = (username: string, own: UserLink) => boolean;

/** Linear in the links. Build it only when a plan needs it, because most plans do not. */
export function* formerOwners(links: readonly UserLink[]): Steps<FormerOwners> {
  const byName = yield* grouped(links, link => keyOf(link.username ?? ''));
  return (username, own) =>
    byName.get(keyOf(username))?.some(link => link.externalId !== own.externalId) ?? false;
}

/** Whether the username that the entry of a linked person shows is stored as the username of that person. */
export type NewName = (username: string, own: UserLink, ordinal: number) => boolean;

/**
 * The former username is kept while a group still may name the person by it: the entry has it as a second value, or it
 * is not proved yet that it matches no entry. A new username is stored only if a complete read found no other entry
 * with it and no other person had it before. Otherwise a person could take the username of a colleague and stay in the
 * groups that name the colleague. Linear in people and links.
 */
export function* newNames(
  snapshot: Pick<Snapshot, 'whole' | 'allMapped' | 'users' | 'references'>,
  current: Pick<CurrentState, 'links' | 'references' | 'doubts'>,
): Steps<NewName> {
  if (!hasAllMapped(snapshot)) return () => false;
  const { users, references } = snapshot;
  const isOthers = yield* formerOwners(current.links);
  const several = yield* sharedUsernames(users, references);
  const byKey = yield* indexed(references, reference => [storable(reference.key), reference]);
  const doubts = yield* grouped(current.doubts, ({ userId }) => userId);
  const isInUse = ({ username = '', userId }: UserLink, ordinal: number) => {
    const key = `name:${keyOf(username)}`;
    const value = byKey.get(key);
    if (value === undefined || value.candidates.length > 0)
      return value?.candidates.includes(ordinal) === true;
    if (current.references.get(key)?.absent !== value.absent) return true;
    return doubts.get(userId)?.some(({ keys }) => keys.includes(key)) === true;
  };
  return (username, own, ordinal) =>
    !several.has(keyOf(username)) && !isOthers(username, own) && !isInUse(own, ordinal);
}

/** Returns the changed links. A link keeps a former username that a doubt about the user rests on. */
export function* keepDoubted(
  links: readonly UserLink[],
  known: readonly UserLink[],
  doubts: readonly MembershipDoubt[],
): Steps<readonly UserLink[]> {
  const keysOf = yield* grouped(doubts, ({ userId }) => userId);
  if (keysOf.size === 0) return links;
  const before = yield* indexed(known, link => [link.externalId, link.username]);
  return yield* mapped(links, link => {
    const username = before.get(link.externalId);
    const key = username === undefined ? '' : `name:${keyOf(username)}`;
    const isDoubted = keysOf.get(link.userId)?.some(({ keys }) => keys.some(each => each.endsWith(key)));
    return username !== undefined && isDoubted === true ? { ...link, username } : link;
  });
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
  return storable(usernameKey(username));
}
