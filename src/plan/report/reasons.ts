/** Every state that is not as it should be, in words: what it means, and what ends it. */
import type { LinkState } from '../../model/current.ts';

export interface Remedy {
  readonly explanation: string;
  /** What a person can do; empty where there is nothing to do. */
  readonly wayOut: string;
}

const RELEASE = 'release it (its members stay; with "empty" they go)';

const CONFLICTS: Readonly<Record<string, Remedy>> = {
  name_conflict_manual: {
    explanation: 'An AccessGroup made by hand has the name that its mapping gives it.',
    wayOut:
      'Adopt that AccessGroup, rename or delete it, or have the mapping give another name ({dn.ou} is the nearest ou of its DN).',
  },
  name_conflict_managed: {
    explanation: 'Another managed AccessGroup has the name that its mapping gives it.',
    wayOut:
      'Have the mapping give a name that tells them apart (plan says one that does), or rename one of the two in the directory.',
  },
  name_conflict_new: {
    explanation: 'Several new directory groups want the same name, and none of them gets it by chance.',
    wayOut:
      'Have the mapping give names that tell them apart (plan says one that does), leave one out, or set merge: true if one AccessGroup is to hold them all.',
  },
  uuid_changed: {
    explanation:
      'Another group had this DN before: this one does not get its rights and members by that alone.',
    wayOut: 'If it is the same group, relink the directory; otherwise release the old AccessGroup.',
  },
  team_missing: {
    explanation: 'The team that its mapping names does not exist.',
    wayOut: 'Create the team, or set createTeam: true in the mapping.',
  },
  team_invalid: {
    explanation: 'Its mapping gives no usable slug of a team.',
    wayOut: 'Correct the attribute in the directory, or the team of the mapping.',
  },
  name_invalid: {
    explanation:
      'Its mapping gives no usable name: empty, with control or invisible characters, or from a missing attribute.',
    wayOut: 'Correct the name in the directory, or the name of the mapping.',
  },
};

const LINKED: Readonly<Record<string, Remedy>> = {
  rename_conflict: {
    explanation: 'Its new name is taken, so the AccessGroup keeps the old one; members go on.',
    wayOut: 'Rename whatever has the name, or have the mapping give another.',
  },
  name_shortened: {
    explanation: 'Its name is longer than 64 characters and was shortened.',
    wayOut: 'Nothing is needed; a shorter name in the directory or the mapping would be used as it is.',
  },
  name_invalid: {
    explanation:
      'Its mapping gives no usable name any more, so the AccessGroup keeps its own; members go on.',
    wayOut: 'Correct the name in the directory, or the name of the mapping.',
  },
  confusable: {
    explanation: 'Another AccessGroup of the team has nearly the same name.',
    wayOut: 'Nothing is needed; rename one of the two if people take one for the other.',
  },
};

const OTHERS: Readonly<Record<Exclude<LinkState, 'linked' | 'conflict'>, Remedy>> = {
  missing: {
    explanation: 'The last complete read did not find it. After the second such read onMissingGroup rules.',
    wayOut: `If it was created again, relink the directory; if it is gone for good, ${RELEASE}; else nothing: it comes back as it was.`,
  },
  out_of_scope: {
    explanation: 'It is in the directory, and no mapping matches it any more.',
    wayOut: `Widen the filter of its mapping, or ${RELEASE}.`,
  },
  released: {
    explanation: 'A person took its AccessGroup out of the sync. It stays out.',
    wayOut: 'Nothing is needed; adopt the AccessGroup to give it back.',
  },
};

const MAPPING_REMOVED: Remedy = {
  explanation:
    'The mapping that brought it is no longer in the configuration; its AccessGroup stays as it is.',
  wayOut: `Put the mapping back, or ${RELEASE}.`,
};

const FROZEN: Remedy = {
  explanation: 'A person froze its AccessGroup: name and members stay as they are.',
  wayOut: 'Unfreeze it to have the sync go on.',
};

const WELL: Remedy = { explanation: 'In sync.', wayOut: '' };

/** What the state of a directory group means for a person. */
export function groupRemedy(group: {
  readonly state: LinkState;
  readonly reason: string | null;
  readonly frozen: boolean;
  readonly lastError: string | null;
}): Remedy {
  const { state, reason, lastError } = group;
  if (group.frozen) return FROZEN;
  if (lastError !== null && state === 'linked') {
    return { explanation: lastError, wayOut: 'Put right what it names, then resync this group.' };
  }
  if (state === 'conflict') return CONFLICTS[reason ?? ''] ?? unnamed(reason);
  if (state === 'linked') return reason === null ? WELL : (LINKED[reason] ?? unnamed(reason));
  return reason === 'mapping_removed' ? MAPPING_REMOVED : OTHERS[state];
}

function unnamed(reason: string | null): Remedy {
  const explanation = `The last run left it alone: ${reason ?? 'no reason recorded'}.`;
  return { explanation, wayOut: 'Look at the last run; it says what it found.' };
}

const MEMBERS: Readonly<Record<string, string>> = {
  no_local_user: 'Create the account in the application, or set users.onUnknown: create.',
  ambiguous_user:
    'Several accounts or several people fit. Make usernames and addresses unique, or end the link of the account that is not theirs.',
  username_missing: 'Give the person the attribute that users.username names.',
  username_too_long: 'A username has at most 30 characters: shorten it in the directory.',
  username_invalid:
    'The username holds control, bidi or invisible characters, or is no valid Unicode: correct it in the directory.',
  username_taken:
    'A local account has this username, or one that looks the same. Rename one of the two, or match by username if it is the same person.',
  email_invalid: 'The address holds characters that are not seen: correct it in the directory.',
  email_too_long: 'An address has at most 254 characters: correct it in the directory.',
  full_name_invalid: 'The full name holds characters that are not seen: correct it in the directory.',
  full_name_too_long: 'A full name has at most 255 characters: shorten it in the directory.',
  whole_read_needed:
    'Only some groups were read, and somebody else may claim this account: sync the whole directory.',
  source_id_missing: 'The entry shows no identity: let the bind account read the id attribute.',
  duplicate_id: 'Another entry has the same identity: have one of the two created again.',
  account_unread:
    'Let the bind account read and search the attribute that shows a disabled account (nsAccountLock, pwdAccountLockedTime, userAccountControl, accountExpires).',
  dangling_dn: 'Nothing is at this DN. Take the value out of the group, or put the entry back.',
  out_of_scope: 'It is outside users.baseDn. Widen the base, or set users.outside: lookup.',
  not_a_user: 'It is no person that users.filter matches. Widen the filter, or leave it so.',
  no_directory_user: 'No person of the directory has this name. Correct the value in the group.',
  undecodable: 'The value is no valid text. Correct it in the group.',
  second_username: 'It is a second username of an entry: put the name of the entry into the group.',
  not_a_dn: 'The value is no distinguished name. Correct it in the group.',
  elsewhere:
    'Another server holds this part of the directory: read it from there, or take the value out of the group.',
  unreadable: 'The server did not say what is there: let the bind account read the entry.',
};

/** What makes a member value lead to a user. */
export function memberRemedy(reason: string): string {
  return MEMBERS[reason] ?? 'Look at the entry in the directory.';
}
