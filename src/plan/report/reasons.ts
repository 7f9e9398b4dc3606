/** The catalogue of reason codes: what each code means for an administrator, and how to resolve it. */
import type { MemberReason } from '../../model/current.ts';
import type { DoubtKind } from '../../model/doubt.ts';
import type { GroupReason } from '../../model/plan.ts';

/** Every code that a plan gives as the reason for a group, a member value or a doubt. */
export type Reason = GroupReason | MemberReason | DoubtKind;

interface ReasonText {
  /** A clause without a capital letter and a full stop. */
  readonly meaning: string;
  /** One or more sentences. */
  readonly remedy: string;
}

const RELEASE = 'release it (its members stay; with "empty" they are removed)';
const UNUSABLE_TEXT = 'control, bidi or invisible characters, or is not valid Unicode';
const IN_DIRECTORY = 'Correct the value in the directory.';
const SHORTEN = 'Shorten it in the directory.';
const RENAME = 'Correct the name in the directory, or change the name of the mapping.';
const NEXT_RUN = 'The next run reads the group again.';

const REASONS = {
  // ── names, teams and identities of groups
  name_conflict_manual: {
    meaning: 'a manual AccessGroup has the name that the mapping gives',
    remedy:
      'Adopt that AccessGroup, rename or delete it, or change the name of the mapping ({dn.ou} is the nearest ou of the DN).',
  },
  name_conflict_managed: {
    meaning: 'another managed AccessGroup has the name that the mapping gives',
    remedy:
      'Change the name of the mapping so that the names differ ("plan" suggests one), or rename one of the groups in the directory.',
  },
  name_conflict_new: {
    meaning:
      'the mapping gives several new directory groups the same name, so no AccessGroup is created for any of them',
    remedy:
      'Change the name of the mapping so that the names differ ("plan" suggests one), exclude one of the groups, or set merge: true to put all of them into one AccessGroup.',
  },
  rename_conflict: {
    meaning:
      'another AccessGroup has the new name, so the AccessGroup keeps its old name; its members are still synced',
    remedy: 'Rename the other AccessGroup, or change the name of the mapping.',
  },
  merged_elsewhere: {
    meaning:
      'the mapping merges its directory group into another AccessGroup; this older AccessGroup still has the members of its directory group',
    remedy: 'Release it with "empty", and delete it when no project needs it.',
  },
  name_shortened: {
    meaning: 'the name is longer than 64 characters and was shortened',
    remedy: 'No action is needed. To avoid it, use a shorter name in the directory or in the mapping.',
  },
  name_invalid: {
    meaning:
      'the mapping gives no usable name: the name is empty, has control, bidi or invisible characters, is not valid Unicode, or uses an attribute that the group does not have; an AccessGroup that is linked already keeps its name and is still synced',
    remedy: RENAME,
  },
  team_missing: {
    meaning: 'the team that the mapping names does not exist',
    remedy: 'Create the team, or set createTeam: true in the mapping.',
  },
  team_invalid: {
    meaning: 'the mapping gives no usable team slug',
    remedy: 'Correct the attribute in the directory, or change the team of the mapping.',
  },
  uuid_changed: {
    meaning:
      'another directory group had this DN before, and a group does not inherit rights and members by its DN alone',
    remedy: 'If it is the same group, relink the directory. Otherwise release the old AccessGroup.',
  },
  source_id_missing: {
    meaning: 'the entry shows no identity attribute',
    remedy: 'Check idAttribute, and let the bind account read that attribute of the entry.',
  },
  duplicate_id: {
    meaning: 'another entry has the same identity, so it is unknown which of the two is meant',
    remedy: 'Delete one of the entries and create it again.',
  },

  // ── members of groups
  last_owner: {
    meaning: 'the team has no other owner, so one member who left the directory group stays',
    remedy: 'Make another user an owner of the team.',
  },
  members_unknown: {
    meaning: 'the members of the directory group could not be read, so no member is removed',
    remedy: 'Fix the cause that the run names, then resync the group.',
  },
  source_missing: {
    meaning:
      'another directory group that feeds the AccessGroup was not read, so its members stay until two complete reads have missed that group',
    remedy: 'Sync the whole directory.',
  },
  scope_unread: {
    meaning:
      'the server does not say which mapping matches the directory group, or where it is, because the bind account cannot read an attribute',
    remedy:
      'Let the bind account read and search the identity of groups, and the attributes that groups.filter and the mappings use.',
  },
  changed_during_read: {
    meaning: 'the directory changed during the read, and repeated reads did not confirm the removal',
    remedy: NEXT_RUN,
  },

  // ── directory groups that a read did not find in scope
  not_found: {
    meaning:
      'the last complete read did not find the directory group; the next complete read without it applies onMissingGroup',
    remedy: `If the group was created again, relink the directory. If it was deleted, ${RELEASE}. Otherwise no action is needed: the group is synced again as soon as a read finds it.`,
  },
  filtered_out: {
    meaning: 'the group is in the directory, but no mapping matches it any more',
    remedy: `Widen the filter of its mapping, or ${RELEASE}.`,
  },
  mapping_removed: {
    meaning: 'its mapping is no longer in the configuration; the AccessGroup stays unchanged',
    remedy: `Add the mapping again, or ${RELEASE}.`,
  },

  // ── groups that a revert skips
  live_linked: {
    meaning: 'the group is still synced, so the next run would make the same changes again',
    remedy: 'Freeze or release it first.',
  },
  group_gone: { meaning: 'the AccessGroup no longer exists', remedy: 'No action is needed.' },

  // ── directory users without a local user
  no_local_user: {
    meaning: 'no local user matches the directory user',
    remedy: 'Create the account in the application, or set users.onUnknown: create.',
  },
  ambiguous_user: {
    meaning: 'the value can mean several users',
    remedy:
      'Make usernames, addresses and DNs unique, or remove the link of the account that belongs to another person.',
  },
  username_missing: {
    meaning: 'the entry has no username',
    remedy: 'Set the attribute that users.username names.',
  },
  username_too_long: { meaning: 'the username is longer than a local username can be', remedy: SHORTEN },
  username_invalid: { meaning: `the username has ${UNUSABLE_TEXT}`, remedy: IN_DIRECTORY },
  username_taken: {
    meaning: 'a local user has that username, or one that looks the same',
    remedy: 'Rename one of the two, or match by username if both are the same person.',
  },
  email_invalid: { meaning: 'the email address has invisible characters', remedy: IN_DIRECTORY },
  email_too_long: { meaning: 'the email address is longer than 254 characters', remedy: SHORTEN },
  full_name_invalid: { meaning: 'the full name has invisible characters', remedy: IN_DIRECTORY },
  full_name_too_long: { meaning: 'the full name is longer than 255 characters', remedy: SHORTEN },
  whole_read_needed: {
    meaning: 'only some groups were read, and another entry may match the same local user',
    remedy: 'Sync the whole directory.',
  },
  account_unread: {
    meaning: 'the server does not say whether the account is disabled',
    remedy:
      'Let the bind account read and search the attribute that shows a disabled account (such as nsAccountLock, pwdAccountLockedTime, userAccountControl, accountExpires).',
  },

  link_unconfirmed: {
    meaning: 'a local user matches, but an operator has not confirmed that it is the same person',
    remedy:
      'Compare the two: rollcall users links --waiting shows the command that confirms or refuses the link.',
  },
  link_refused: {
    meaning: 'an operator refused or removed the link to the local user who matches',
    remedy:
      'No action is needed. If it is the same person after all, rollcall users links --refused shows the command that confirms the link.',
  },

  // ── member values without a directory user
  dangling_dn: {
    meaning: 'the entry that the value names is not in the directory',
    remedy: 'Remove the value from the group, or restore the entry.',
  },
  out_of_scope: {
    meaning: 'the value names an entry outside the configured bases',
    remedy: 'Widen users.baseDn, or set users.outside: lookup.',
  },
  not_a_user: {
    meaning: 'the entry does not match users.filter',
    remedy: 'Widen the filter if the entry is a user. Otherwise no action is needed.',
  },
  no_directory_user: {
    meaning: 'no directory user has that name',
    remedy: 'Correct the value in the group.',
  },
  second_username: {
    meaning: 'the value is a second username of an entry',
    remedy: 'Use the first username of the entry in the group.',
  },
  not_a_dn: { meaning: 'the value is not a distinguished name', remedy: 'Correct the value in the group.' },
  undecodable: { meaning: 'the value is not valid text', remedy: 'Correct the value in the group.' },
  elsewhere: {
    meaning: 'another server holds this part of the directory',
    remedy: 'Read that part from the server that holds it, or remove the value from the group.',
  },
  unreadable: {
    meaning: 'the server did not say which entry is meant',
    remedy: 'Let the bind account read the entry and the attributes that users.filter and groups.filter use.',
  },
  user_and_group: {
    meaning: 'the entry matches users.filter and groups.filter, so it causes no membership in the group',
    remedy: 'Narrow users.filter or groups.filter, or take the object class away from the entry.',
  },

  // ── doubts only
  entry_absent: {
    meaning: 'an entry that may cause the membership was not there, or another entry is in its place',
    remedy: 'The members are removed after the next complete read that shows the same.',
  },
  other_server: {
    meaning:
      'the server may not have all changes that an earlier read found on another server, or received only some of the newest changes',
    remedy:
      'The members are removed after the next complete read that shows the same, if no group is older than on the other server. After a restore: rollcall sync DIRECTORY --accept-older --reason TEXT.',
  },
  value_unread: {
    meaning: 'the server does not say that no value of the group names the member',
    remedy:
      'Give the bind account read and search access to all values of memberURL and the attributes in groups.members, and to the entries of nested groups. In Active Directory, if the group became the primary group of the member, set groups.primaryGroup: true.',
  },
  username_unread: {
    meaning: 'the entry does not show the username by which the group may name it',
    remedy: 'Let the bind account read the attribute that users.username names.',
  },
  primary_group_unread: {
    meaning: 'the entry does not show its primary group, and the server does not say that it has none',
    remedy: 'Let the bind account read and search primaryGroupID or gidNumber of the entry.',
  },
} as const satisfies Readonly<Record<Reason, ReasonText>>;

/** The meaning of a code, as a clause. A code that an older version recorded is returned as it is. */
export function meaningOf(code: string): string {
  return isReason(code) ? REASONS[code].meaning : code;
}

/** The remedy for a code, as sentences. */
export function remedyOf(code: string): string {
  return isReason(code) ? REASONS[code].remedy : 'See the last run of the directory for details.';
}

/** Whether the catalogue has the code. */
export function isReason(code: string): code is Reason {
  return Object.hasOwn(REASONS, code);
}
