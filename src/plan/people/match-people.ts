/** Which local user is each directory user? Identity first (a link by UUID), then the configured ways to match. */
import type { CurrentState, UserLink } from '../../model/current.ts';
import type { NewUser } from '../../model/plan.ts';
import type { UserSettings } from '../../model/settings.ts';
import type { DirectoryUser, IdSet, Snapshot } from '../../model/snapshot.ts';
import { each, filtered, indexed, mapped, SLICE, type Steps } from '../../steps/steps.ts';
import { storable } from '../../text/storable.ts';
import { idSet } from '../sets/id-set.ts';
import { contested } from './contested-users.ts';
import { type Found, findUser, possibleUsers } from './find-local-user.ts';
import { indexPeople, type PeopleIndex } from './match-index.ts';
import { namesakeWarnings } from './namesakes.ts';
import { readNewcomer } from './new-user.ts';
import { type NewName, newNames } from './previous-usernames.ts';
import { isProtected } from './protect.ts';

/** The answer for every person who is in a mapped group, by ordinal in Snapshot.users. */
export interface People {
  /** A user id, below zero an index into newUsers (-1 is the first), 0: nobody, see `reasons`. */
  readonly userIds: Int32Array;
  /** Why somebody is nobody. People who are disabled or protected are left out on purpose and have no reason. */
  readonly reasons: ReadonlyMap<number, string>;
  /** Ids of the local users whom somebody with a reason may be, whatever way of matching leads to them; none: left out. */
  readonly possible: ReadonlyMap<number, readonly number[]>;
  readonly links: readonly UserLink[];
  readonly newUsers: readonly NewUser[];
  /** Linked users whose accounts are disabled or expired in the directory. */
  readonly leavers: IdSet;
  /** Local users who are added nowhere: the directory does not say that their accounts are not disabled. */
  readonly veiled: IdSet;
  readonly warnings: readonly string[];
}

interface Unlinked {
  readonly ordinal: number;
  readonly person: DirectoryUser;
}

/** Ordinals of the people in mapped groups that were read whole, ascending. */
export function* referencedPeople(snapshot: Snapshot): Steps<readonly number[]> {
  const seen = new Uint8Array(snapshot.users.length);
  for (const group of snapshot.groups) {
    if (group.mapping === undefined || group.members.kind === 'unknown') continue;
    for (const ordinal of group.members.users) seen[ordinal] = 1;
    yield;
  }
  const ordinals: number[] = [];
  yield* each(seen, (referenced, ordinal) => {
    if (referenced === 1) ordinals.push(ordinal);
  });
  return ordinals;
}

/**
 * Finds the local user of everybody in a mapped group; ambiguity and doubt give nobody (cases C1–C7). Two people never
 * get one local user, whatever ways lead there. `protect`: globs of usernames that nobody is created with. `referenced`: the
 * answer of `referencedPeople`, where it is there already.
 */
export function* matchPeople(
  snapshot: Snapshot,
  current: CurrentState,
  settings: UserSettings,
  protect: readonly string[] = [],
  referenced?: readonly number[],
): Steps<People> {
  const userIds = new Int32Array(snapshot.users.length);
  const ordinals = referenced ?? (yield* referencedPeople(snapshot));
  const followed = yield* followLinks(snapshot, current, settings, ordinals, userIds);
  const { unlinked, links, leavers, unreadable } = followed;
  const asking = unlinked.map(({ person }) => person);
  const index = yield* indexPeople(snapshot, asking, current);
  const found = yield* contested(
    yield* mapped(unlinked, ({ person }) => ({ person, found: findUser(person, index, settings) })),
    { index, match: settings.match, whole: snapshot.whole },
  );
  const reasons = new Map<number, string>();
  const newUsers: NewUser[] = [];
  const isVeiled = (person?: DirectoryUser) => snapshot.veiled.has(person?.externalId ?? '');
  yield* each(unlinked, ({ ordinal, person }, at) => {
    const answer = settle(person, found[at], index, settings.onUnknown);
    if ('link' in answer) {
      userIds[ordinal] = answer.link.userId;
      links.push(answer.link);
    } else if ('reason' in answer) {
      reasons.set(ordinal, answer.reason);
    } else if (isVeiled(person)) {
      reasons.set(ordinal, VEILED);
    } else if (!isProtected(answer.newUser.username, protect)) {
      newUsers.push(answer.newUser);
      userIds[ordinal] = -newUsers.length;
    }
  });
  const possible = yield* possibleOf(unlinked, reasons, current.links, person =>
    possibleUsers(person, index, settings.match),
  );
  const warnings = [
    ...warningsAbout(unreadable, snapshot),
    ...(yield* namesakeWarnings(snapshot, reasons, possible)),
  ];
  const veiled =
    snapshot.veiled.size === 0
      ? []
      : yield* filtered(snapshot.users.keys(), ordinal => isVeiled(snapshot.users[ordinal]));
  for (const ordinal of veiled) reasons.set(ordinal, VEILED);
  const barred = idSet(veiled.map(ordinal => userIds[ordinal] ?? 0).filter(id => id !== 0));
  return { userIds, reasons, possible, links, newUsers, leavers, veiled: barred, warnings };
}

/** The reason of a person who is not added: the account may be disabled. */
const VEILED = 'account_unread';

/** Puts down everybody who is linked; `links` are those whose DN moved, `unreadable` counts flags. */
function* followLinks(
  snapshot: Snapshot,
  current: CurrentState,
  { includeDisabled }: UserSettings,
  ordinals: readonly number[],
  userIds: Int32Array,
) {
  const known = yield* indexed(current.links, link => [link.externalId, link]);
  let isNewName: NewName | undefined;
  const links: UserLink[] = [];
  const unlinked: Unlinked[] = [];
  const leavers: number[] = [];
  let unreadable = 0;
  for (const [at, ordinal] of ordinals.entries()) {
    if (at % SLICE === 0) yield;
    const person = snapshot.users[ordinal];
    if (person === undefined) continue;
    if (person.disabled === undefined) unreadable++;
    const link = person.externalId === undefined ? undefined : known.get(person.externalId);
    if (person.disabled === true && !includeDisabled) {
      if (link !== undefined) leavers.push(link.userId);
      continue;
    }
    if (link === undefined) {
      unlinked.push({ ordinal, person });
      continue;
    }
    userIds[ordinal] = link.userId;
    // A username that the entry does not show now is remembered: a value may still name the person by it.
    // So is a username of one's own when the entry shows one that is or was another's: a value with that means the other.
    const { dn: newDn, username: shown } = person;
    let newName = link.username;
    if (shown !== undefined && shown !== newName) {
      isNewName ??= yield* newNames(snapshot, current.links);
      if (isNewName(shown, link)) newName = shown;
    }
    if (link.dn === newDn && link.username === newName) continue;
    const [dn, username] = [storable(newDn), newName && storable(newName)];
    if (link.dn !== dn || link.username !== username) links.push({ ...link, dn, username });
  }
  return { unlinked, links, leavers: idSet(leavers), unreadable };
}

type Settled = { readonly link: UserLink } | { readonly newUser: NewUser } | { readonly reason: string };

function settle(
  person: DirectoryUser,
  found: Found | undefined,
  index: PeopleIndex,
  onUnknown: UserSettings['onUnknown'],
): Settled {
  const { externalId, dn, username } = person;
  if (found === undefined || externalId === undefined) return { reason: 'source_id_missing' };
  if ('user' in found)
    return { link: { externalId, userId: found.user.id, dn, username, matchedBy: found.by } };
  const create = found.reason === 'no_local_user' && onUnknown === 'create';
  return create ? readNewcomer({ ...person, externalId }, index) : found;
}

/** Whom those who are nobody may be. Without an identity of one's own that is also who was linked to it, or to the DN. */
function* possibleOf(
  unlinked: readonly Unlinked[],
  reasons: ReadonlyMap<number, string>,
  links: readonly UserLink[],
  similar: (person: DirectoryUser) => readonly { readonly id: number }[],
): Steps<ReadonlyMap<number, readonly number[]>> {
  const possible = new Map<number, readonly number[]>();
  const byDn = new Map<string, number>();
  const byId = new Map<string, number>();
  for (const [at, { ordinal, person }] of unlinked.entries()) {
    if (at % SLICE === 0) yield;
    const reason = reasons.get(ordinal);
    if (reason === undefined || reason === 'no_local_user') continue;
    const ids = new Set(similar(person).map(user => user.id));
    if (person.externalId === undefined || person.idIssue !== undefined) {
      if (byDn.size === 0) {
        yield* each(links, ({ dn, externalId, userId }) => {
          byDn.set(dn.toLowerCase(), userId);
          byId.set(externalId, userId);
        });
      }
      for (const id of [byId.get(person.sharedId ?? ''), byDn.get(person.dn.toLowerCase())])
        if (id !== undefined) ids.add(id);
    }
    if (ids.size > 0)
      possible.set(
        ordinal,
        [...ids].sort((one, other) => one - other),
      );
  }
  return possible;
}

function warningsAbout(unreadable: number, { unshownStates }: Snapshot): string[] {
  const flags = `the disabled flag of ${unreadable} people could not be read; they count as enabled`;
  const states = unshownStates.join(', ');
  const unshown = `no account shows ${states}, so that all count as enabled: let the account of the directory read and search it`;
  return [...(unreadable > 0 ? [flags] : []), ...(unshownStates.length > 0 ? [unshown] : [])];
}
