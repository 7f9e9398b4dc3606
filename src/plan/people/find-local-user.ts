/** Finds the local user of a directory user who has no link. */
import type { LocalUser, MemberReason } from '../../model/current.ts';
import type { UserSettings } from '../../model/settings.ts';
import type { DirectoryUser } from '../../model/snapshot.ts';
import { looseKey } from '../../text/loose-key.ts';
import { squeeze } from '../../text/visible-text.ts';
import type { MatchAttribute, PeopleIndex } from './match-index.ts';
import { isSameText, readUsername } from './username.ts';

export type Found =
  | { readonly user: LocalUser; readonly by: MatchAttribute }
  /** `no_local_user`: no local user matches. Every other reason is a doubt. */
  | { readonly reason: MemberReason };

/** The first attribute that matches a local user decides. An attribute that matches several users stops the search. */
export function findUser(person: DirectoryUser, index: PeopleIndex, settings: UserSettings): Found {
  if (person.externalId === undefined || person.idIssue !== undefined) {
    return { reason: person.idIssue ?? 'source_id_missing' };
  }
  let doubt: MemberReason | undefined;
  for (const way of settings.match) {
    const answer = findBy(person, index, way, settings);
    if ('user' in answer || answer.reason === 'ambiguous_user') return answer;
    if (answer.reason !== 'no_local_user') doubt ??= answer.reason;
  }
  // Only people without any match are created, so an unusable username has precedence over "not found".
  const username = readUsername(person.username, settings.usernameLimit);
  return { reason: doubt ?? ('problem' in username ? username.problem : 'no_local_user') };
}

/** Returns all local users who match by any attribute. */
export function possibleUsers(
  person: DirectoryUser,
  index: PeopleIndex,
  match: readonly MatchAttribute[],
): LocalUser[] {
  return [...new Set(match.flatMap(way => candidates(person, index, way)))];
}

function candidates(
  person: DirectoryUser,
  { users }: PeopleIndex,
  way: MatchAttribute,
): readonly LocalUser[] {
  return users[way].get(looseKey(person[way]) ?? '') ?? [];
}

function findBy(
  person: DirectoryUser,
  index: PeopleIndex,
  way: MatchAttribute,
  { usernameLimit }: UserSettings,
): Found {
  if (way === 'username') {
    const username = readUsername(person.username, usernameLimit);
    if ('problem' in username) return { reason: username.problem };
  }
  const key = looseKey(person[way]);
  if (key === undefined) return { reason: 'no_local_user' };
  if ((index.owners[way].get(key) ?? 0) > 1) return { reason: 'ambiguous_user' };
  return choose(person[way] ?? '', candidates(person, index, way), way);
}

/** Of several users, the exact spelling of the username decides. Addresses have no exact match, because users type them in. */
function choose(text: string, similar: readonly LocalUser[], by: MatchAttribute): Found {
  if (similar.length === 0) return { reason: 'no_local_user' };
  const same = similar.filter(user => isSameText(user[by], text));
  const exact = by === 'username' ? same.filter(user => user.username === squeeze(text)) : [];
  const [user, ...others] = exact.length === 1 ? exact : same;
  // A name that only looks the same belongs to another user, and must not be given to a new user either.
  if (user === undefined) return { reason: by === 'username' ? 'username_taken' : 'ambiguous_user' };
  // An existing link of another person stays: a reused username or address does not give access to the old account.
  return others.length > 0 || user.linked ? { reason: 'ambiguous_user' } : { user, by };
}
