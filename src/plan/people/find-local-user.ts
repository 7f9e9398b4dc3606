/** Which local user is one person without a link? */
import type { LocalUser } from '../../model/current.ts';
import type { UserSettings } from '../../model/settings.ts';
import type { DirectoryUser } from '../../model/snapshot.ts';
import { squeeze } from '../../text/visible-text.ts';
import type { MatchAttribute, PeopleIndex } from './match-index.ts';
import { isSameText, looseKey, readUsername } from './username.ts';

export type Found =
  | { readonly user: LocalUser; readonly by: MatchAttribute }
  /** `no_local_user`: nobody could be meant. Every other reason is a doubt. */
  | { readonly reason: string };

/** The first way that leads to a local user decides; one that leads to several stops the search. */
export function findUser(person: DirectoryUser, index: PeopleIndex, { match }: UserSettings): Found {
  if (person.externalId === undefined || person.idIssue !== undefined) {
    return { reason: person.idIssue ?? 'source_id_missing' };
  }
  let doubt: string | undefined;
  for (const way of match) {
    const answer = findBy(person, index, way);
    if ('user' in answer || answer.reason === 'ambiguous_user') return answer;
    if (answer.reason !== 'no_local_user') doubt ??= answer.reason;
  }
  // Creating is for people nobody could be, so a name that would not fit or is missing outranks "not found".
  const username = readUsername(person.username);
  return { reason: doubt ?? ('problem' in username ? username.problem : 'no_local_user') };
}

/** Everybody local who could be meant, by any of the ways. */
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

function findBy(person: DirectoryUser, index: PeopleIndex, way: MatchAttribute): Found {
  if (way === 'username') {
    const username = readUsername(person.username);
    if ('problem' in username) return { reason: username.problem };
  }
  const key = looseKey(person[way]);
  if (key === undefined) return { reason: 'no_local_user' };
  if ((index.bearers[way].get(key) ?? 0) > 1) return { reason: 'ambiguous_user' };
  return choose(person[way] ?? '', candidates(person, index, way), way);
}

/** Of several users the one that is spelled so is meant; of addresses there is no such one, because they are typed in. */
function choose(text: string, similar: readonly LocalUser[], by: MatchAttribute): Found {
  if (similar.length === 0) return { reason: 'no_local_user' };
  const same = similar.filter(user => isSameText(user[by], text));
  const exact = by === 'username' ? same.filter(user => user.username === squeeze(text)) : [];
  const [user, ...others] = exact.length === 1 ? exact : same;
  // A letter that only looks the same is another's name, and close enough not to be given to a third.
  if (user === undefined) return { reason: by === 'username' ? 'username_taken' : 'ambiguous_user' };
  // Somebody else's link stays: a user name or an address that went to a new person is not that person's past.
  return others.length > 0 || user.linked ? { reason: 'ambiguous_user' } : { user, by };
}
