/** Ensures that two directory users never match the same local user: an administrator must resolve the conflict. */
import type { LocalUser } from '../../model/current.ts';
import type { DirectoryUser } from '../../model/snapshot.ts';
import { each, mapped, type Steps } from '../../steps/steps.ts';
import { looseKey } from '../../text/loose-key.ts';
import type { Found } from './find-local-user.ts';
import type { MatchAttribute, PeopleIndex } from './match-index.ts';

export interface Claimant {
  readonly person: DirectoryUser;
  readonly found: Found;
}

interface MatchContext {
  readonly index: PeopleIndex;
  readonly match: readonly MatchAttribute[];
  /** Whether the whole directory was read. */
  readonly whole: boolean;
}

const AMBIGUOUS: Found = { reason: 'ambiguous_user' };

/**
 * Returns the matches, without the local users whom more than one directory user matches. A directory user outside the
 * mapped groups counts for the first attribute of `match`, which has precedence. If only some groups were read, other
 * owners of a local user's username or address are known only if the claimant has the same text, because only the texts of
 * claimants were searched for in the directory.
 */
export function* resolveContested(claimants: readonly Claimant[], context: MatchContext): Steps<Found[]> {
  const claims = new Map<number, number>();
  yield* each(claimants, ({ found }) => {
    if ('user' in found) claims.set(found.user.id, (claims.get(found.user.id) ?? 0) + 1);
  });
  return yield* mapped(claimants, ({ person, found }) => {
    if (!('user' in found)) return found;
    if ((claims.get(found.user.id) ?? 0) > 1) return AMBIGUOUS;
    const foreign = context.match.filter(way => !hasSameText(person, found.user, way));
    if (foreign.length === 0) return found;
    if (!context.whole) return { reason: 'whole_read_needed' };
    return isClaimedByOthers(found.user, foreign, context) ? AMBIGUOUS : found;
  });
}

/** Whether the person has the same username or address as the local user, or the local user has none. */
function hasSameText(person: DirectoryUser, user: LocalUser, way: MatchAttribute): boolean {
  const key = looseKey(user[way]);
  return key === undefined || key === looseKey(person[way]);
}

function isClaimedByOthers(
  user: LocalUser,
  foreign: readonly MatchAttribute[],
  { index, match }: MatchContext,
): boolean {
  const [first] = match;
  if (first === undefined || !foreign.includes(first)) return false;
  return (index.owners[first].get(looseKey(user[first]) ?? '') ?? 0) > 0;
}
