/** The snapshot: everything that one read of a directory found. Types only. */

/** The identity of a directory entry: a canonical UUID in lower case, from the vendor's identity attribute. */
export type ExternalId = string;
/** A set of integers in ascending order. Each use says whether they are ordinals or user ids. */
export type IdSet = Int32Array;

// ── what a read found ────────────────────────────────────────────────────────────────────────────────────────────

export interface DirectoryUser {
  /** undefined: the entry shows no identity attribute, or shares its value with another entry (`idIssue`). */
  readonly externalId: ExternalId | undefined;
  readonly idIssue?: 'source_id_missing' | 'duplicate_id';
  /** Only with `duplicate_id`: the identity that several entries show. */
  readonly sharedId?: ExternalId;
  readonly dn: string;
  readonly username: string | undefined;
  /** All usernames, if the entry has several and none of them is in its DN. */
  readonly usernames?: readonly string[];
  /** undefined: the entry has none, or the read did not request it because it is not needed. The same applies to `fullName`. */
  readonly email: string | undefined;
  readonly fullName: string | undefined;
  /** Disabled or expired in the directory; undefined: the flag could not be read. */
  readonly disabled: boolean | undefined;
  /** The attribute that says that the account is disabled, or that could not be read. */
  readonly stateAttribute?: string;
  /** When an account expires or becomes valid, in milliseconds since 1970. That does not change the entry. */
  readonly changesAt?: number;
  /**
   * Set if primary groups count as memberships and the entry does not show its primary group; false: the server says that the
   * entry has none.
   */
  readonly primaryGroupUnread?: boolean;
  /** The entry was not read, because the person only stays a member: this is what the database knows about it. */
  readonly stored?: true;
}

/** Why a member value does not lead to exactly one entry with an identity. */
export type UnresolvedReason =
  | 'dangling_dn'
  | 'out_of_scope'
  | 'not_a_user'
  | 'ambiguous_user'
  | 'no_directory_user'
  | 'second_username'
  | 'not_a_dn'
  | 'user_and_group'
  | 'elsewhere'
  | 'unreadable'
  | 'undecodable';

/** A member value that names no directory user. */
export interface UnresolvedValue {
  readonly value: string;
  /** The group's attribute that holds the value; several where more than one could. */
  readonly attribute?: string;
  readonly reason: UnresolvedReason;
}

/**
 * A member value that does not name exactly one entry with an identity, so that it may name a person in an unknown way. All
 * groups with this value share one object.
 */
export interface UnresolvedReference {
  /**
   * The normalised value, the same in every read: `dn:` and the key of the DN, `name:` and the key of the username, or
   * `raw:` and another unique text.
   */
  readonly key: string;
  /** As the directory spells it. */
  readonly value: string;
  readonly reason: UnresolvedReason;
  /** Whether the server answered that the entry does not exist; false: it gave no such answer, or the entry exists. */
  readonly absent: boolean;
  /** Ordinals of the people whom it may name. Empty: no such entry is known. */
  readonly candidates: readonly number[];
  /** The identity of the entry, if the entry is not a configured user (`not_a_user`). */
  readonly identity?: ExternalId;
}

/** The members of a group. Unreadable is not empty: no member may be removed unless all of them are known. */
export type Members =
  | {
      readonly kind: 'complete';
      /** Ordinals into Snapshot.users, nested groups already flattened. */
      readonly users: IdSet;
      /** Those users whom a value names by username. */
      readonly byUsername: IdSet;
      /** Unresolved values of the group itself, for reports. */
      readonly unresolved: readonly UnresolvedValue[];
      /** The number of members whom `users` omits: see Snapshot.stayers. Omitted: none. */
      readonly stayers?: number;
      /** Indexes into Snapshot.references: values of the group and of its nested groups. */
      readonly references: IdSet;
      /**
       * Some memberships come from the users' entries (primary group, memberURL), so that no value of the group names these
       * users.
       */
      readonly fromEntries: boolean;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface DirectoryGroup {
  readonly externalId: ExternalId | undefined;
  readonly idIssue?: 'source_id_missing' | 'duplicate_id';
  /** Only with `duplicate_id`: the identity that several entries show. */
  readonly sharedId?: ExternalId;
  readonly dn: string;
  /** The value of the naming attribute; of several values, the one in the DN, else the smallest. */
  readonly name: string | undefined;
  /** The attributes that the mapping templates use; keys in lower case. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The values of those attributes that have several, none of them in the DN; keys in lower case. Omitted: none has. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  /** Index of the first mapping that matches; undefined: the group is out of scope. */
  readonly mapping: number | undefined;
  readonly members: Members;
}

export interface ReadCounts {
  readonly queries: number;
  readonly entries: number;
  readonly users: number;
  readonly groups: number;
  readonly memberValues: number;
  readonly references: number;
  /** Size of all answers on the network. */
  readonly bytes: number;
  /** Disabled and expired accounts among the users, by the attribute that says so. */
  readonly disabled?: Readonly<Record<string, number>>;
  /** The number of people, if none of them shows the attribute `users.username`; otherwise 0. */
  readonly unnamed?: number;
  /** When the password of the bind account expires (ISO 8601), if the server warned about it. */
  readonly passwordExpiresAt?: string;
  /** Whether everything was read, or only the mapped groups and what they refer to. Omitted: less than that. */
  readonly way?: 'whole' | 'mapped';
  /** Why everything was read after the mapped groups. Omitted: that was not necessary. */
  readonly open?: string;
}

/** The values of one group that may cause memberships of people whom they do not name. */
export interface GroupCauses {
  readonly externalId: ExternalId | undefined;
  /** The DNs of the groups that are directly nested in it. */
  readonly nested: readonly string[];
  /** The values of memberURL. */
  readonly urls: readonly string[];
  /** The values of uniqueMember that have a bit string behind the DN. */
  readonly bitStrings: readonly string[];
  /** The number by which accounts name it as their primary group; undefined: it has none, or primary groups do not count. */
  readonly number?: string | undefined;
}

/** The last change of an entry. */
export interface EntryChange {
  readonly externalId: ExternalId;
  /** The time as the server writes it. The times of servers that replicate each other compare as text. */
  readonly changedAt: string;
}

/**
 * The members who only stay: the database and the directory agree about each of their memberships in the groups of a read, and
 * their entries were not read. A plan without them is the same.
 */
export interface Stayers {
  readonly people: ReadonlySet<ExternalId>;
  /** The local users of all other members. */
  readonly others: readonly number[];
}

/** Everything that one read of a directory found. An incomplete read is a DirectoryError, never a Snapshot. */
export interface Snapshot {
  readonly directory: string;
  readonly server: string;
  /** The attribute of every externalId. */
  readonly idAttribute: string;
  /** false: only the requested groups were read, so the absence of any other group proves nothing. */
  readonly whole: boolean;
  /**
   * All mapped groups and all linked groups were read, and the entries that they refer to: the absence of such a group counts,
   * that of a person does not. Omitted: unknown, unless the read is whole.
   */
  readonly allMapped?: true;
  readonly users: readonly DirectoryUser[];
  readonly groups: readonly DirectoryGroup[];
  /**
   * The marker, which changes with every change of the directory; undefined: the server has none. Read before all other data.
   */
  readonly marker: string | undefined;
  /**
   * Whether the data is from one point in time: all connections used one server and one identity, and the marker was the same
   * at the beginning and the end of each. False if there is no marker.
   */
  readonly stable: boolean;
  /**
   * Whether the marker of the last complete read is one of another server, so that this server may be older. Omitted: there
   * was no marker to compare with, or one does not show its server.
   */
  readonly unrelated?: boolean;
  readonly references: readonly UnresolvedReference[];
  /** In a read of some groups, if it compared them with the database. */
  readonly stayers?: Stayers;
  /**
   * Requested people (`ReadTargets.people`) whose identity exactly one entry shows, in the whole directory, and that entry is
   * not a configured user.
   */
  readonly outside: ReadonlyMap<ExternalId, { readonly dn: string }>;
  /**
   * Requested people who may be an entry of which the server does not show whether it is a configured user, because the bind
   * account cannot read the attributes of users.filter. With the DNs of these entries. An entry that shows no identity is one
   * if it is at the last DN or has the last username.
   */
  readonly unclear: ReadonlyMap<ExternalId, readonly string[]>;
  /**
   * Requested groups (`ReadTargets.scope`) that may belong to another mapping than the one that was assumed, with the
   * explanation.
   */
  readonly unclearGroups: ReadonlyMap<ExternalId, string>;
  /**
   * Requested people (`ReadTargets.newcomers`) whose accounts may be disabled: the bind account cannot read the attribute that
   * would show it.
   */
  readonly hiddenStates: ReadonlySet<ExternalId>;
  /** Attributes of disabled accounts that the server shows for no account, as the read of `newcomers` found. */
  readonly unshownStates: readonly string[];
  /** In a read of some groups, the other groups that it read because they are nested in these. */
  readonly nestedGroups?: readonly DirectoryGroup[];
  /** By the DN of the group, also of those that were only found as nested groups. */
  readonly causes?: ReadonlyMap<string, GroupCauses>;
  /** The last changes of the groups and their nested groups that show one, by the DN of the group. */
  readonly changes?: ReadonlyMap<string, EntryChange>;
  /** DNs of the groups whose last change the marker at the end of the read does not cover: the server may lack earlier changes. */
  readonly ahead?: ReadonlySet<string>;
  /** Keys of the members (`ReadTargets.denials`) whom a value that the account cannot read may name. */
  readonly undenied?: ReadonlySet<string>;
  /** Whether a question about the people and groups in doubt was not asked, or not answered: the next run must read again. */
  readonly unanswered?: boolean;
  /** Groups for which the server denied all former causes of memberships (`Denial.former`), which are then deleted. */
  readonly causesDenied?: ReadonlySet<ExternalId>;
  /** DNs below which the server refers to other servers; '' if a referral names no DN. */
  readonly referredTo: readonly string[];
  readonly counts: ReadCounts;
  readonly warnings: readonly string[];
}
