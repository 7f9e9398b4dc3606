/** Two people of the directory are never one local user. Who of them it is, a person decides. */
import type { LocalUser } from '../../model/current.ts';
import type { DirectoryUser } from '../../model/snapshot.ts';
import { each, mapped, type Steps } from '../../steps/steps.ts';
import type { Found } from './find-local-user.ts';
import type { MatchAttribute, PeopleIndex } from './match-index.ts';
import { looseKey } from './username.ts';

export interface Claimant {
  readonly person: DirectoryUser;
  readonly found: Found;
}

interface Circumstances {
  readonly index: PeopleIndex;
  readonly match: readonly MatchAttribute[];
  /** The whole directory was read. */
  readonly whole: boolean;
}

const AMBIGUOUS: Found = { reason: 'ambiguous_user' };

/**
 * What was found, without the local users whom more than one person claims. Somebody who is in no mapped group claims
 * through the first way, which nothing overrules. Where only some groups were read, who else bears the name or the
 * address of a local user is known only if the claimant bears them too, because those were asked of the directory.
 */
export function* contested(claimants: readonly Claimant[], circumstances: Circumstances): Steps<Found[]> {
  const claims = new Map<number, number>();
  yield* each(claimants, ({ found }) => {
    if ('user' in found) claims.set(found.user.id, (claims.get(found.user.id) ?? 0) + 1);
  });
  return yield* mapped(claimants, ({ person, found }) => {
    if (!('user' in found)) return found;
    if ((claims.get(found.user.id) ?? 0) > 1) return AMBIGUOUS;
    const foreign = circumstances.match.filter(way => !bearsToo(person, found.user, way));
    if (foreign.length === 0) return found;
    if (!circumstances.whole) return { reason: 'whole_read_needed' };
    return claimedFirst(found.user, foreign, circumstances) ? AMBIGUOUS : found;
  });
}

/** Whether the local user's name or address is the person's own, or is none. */
function bearsToo(person: DirectoryUser, user: LocalUser, way: MatchAttribute): boolean {
  const key = looseKey(user[way]);
  return key === undefined || key === looseKey(person[way]);
}

function claimedFirst(
  user: LocalUser,
  foreign: readonly MatchAttribute[],
  { index, match }: Circumstances,
): boolean {
  const [first] = match;
  if (first === undefined || !foreign.includes(first)) return false;
  return (index.bearers[first].get(looseKey(user[first]) ?? '') ?? 0) > 0;
}
