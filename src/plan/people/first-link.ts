/** Decides whether a person is linked to the local user who matches: an operator may have to confirm it, or refused it. */
import type { LinkPair, MemberReason, UserLink } from '../../model/current.ts';
import type { NewUser } from '../../model/plan.ts';
import type { UserSettings } from '../../model/settings.ts';
import type { DirectoryUser } from '../../model/snapshot.ts';
import type { Found } from './find-local-user.ts';
import type { PeopleIndex } from './match-index.ts';
import { readNewUser } from './new-user.ts';

/** `request`: the link that waits for confirmation. */
export type Resolution =
  | { readonly link: UserLink }
  | { readonly newUser: NewUser }
  | { readonly reason: MemberReason; readonly request?: UserLink };

type IsRefused = (externalId: string | undefined, userId: number) => boolean;

interface Unlinked {
  readonly person: DirectoryUser;
  /** undefined: the person has no usable identity. */
  readonly found: Found | undefined;
  readonly index: PeopleIndex;
  readonly isRefused: IsRefused;
}

/** Returns a function that says whether an operator refused the link of an entry to a local user. */
export function refusals(links: readonly LinkPair[] = []): IsRefused {
  const refused = new Set(links.map(({ externalId, userId }) => `${externalId}/${userId}`));
  return (externalId, userId) => refused.has(`${externalId}/${userId}`);
}

/** The link, the new user, or the reason why a person without a link has no local user. */
export function resolveMatch(
  { person, found, index, isRefused }: Unlinked,
  { onUnknown, usernameLimit, firstLink }: UserSettings,
): Resolution {
  const { externalId, dn, username } = person;
  if (found === undefined || externalId === undefined) return { reason: 'source_id_missing' };
  if ('user' in found) {
    const link = { externalId, userId: found.user.id, dn, username, matchedBy: found.by };
    if (isRefused(externalId, found.user.id)) return { reason: 'link_refused' };
    return firstLink === 'match' ? { link } : { reason: 'link_unconfirmed', request: link };
  }
  const create = found.reason === 'no_local_user' && onUnknown === 'create';
  return create ? readNewUser({ ...person, externalId }, index, usernameLimit) : found;
}
