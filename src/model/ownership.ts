/** Who owns an AccessGroup, a directory or people: taking over, giving back, freezing, moving links. Types only. */
import type { LinkState } from './current.ts';
import type { ExternalId, IdSet } from './snapshot.ts';

/** Who does something to a group itself, and why; the audit keeps both. */
export interface Act {
  readonly by: string;
  readonly reason: string;
}

/** An AccessGroup and the directory groups that are linked to it: several only where the mapping says `merge`. */
export interface Owned {
  readonly id: number;
  readonly team: string;
  readonly name: string;
  readonly managed: boolean;
  readonly sources: readonly OwnedSource[];
}

export interface OwnedSource {
  readonly directory: string;
  readonly externalId: ExternalId;
  readonly dn: string;
  readonly frozen: boolean;
}

/** A directory group that nothing is linked to and that might become the source of an AccessGroup. */
export interface Candidate {
  readonly directory: string;
  readonly dn: string;
}

// ── adopt ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What adopting would do to a manual AccessGroup. */
export interface AdoptionPreview {
  /** Names exactly this; adopting says it, so that it is bound to what was looked at. */
  readonly digest: string;
  readonly accessGroupId: number;
  readonly team: string;
  readonly name: string;
  readonly directory: string;
  readonly dn: string;
  /** What the mapping calls it, where that is another name and free. */
  readonly newName: string | undefined;
  /** Usernames, sorted. Whoever has no account yet and would get one is among `add`. */
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** One sentence a limit of the guard that the removals would trip: they would wait for a person. */
  readonly held: readonly string[];
}

/** A link that is to be made. `present`: user ids of the members that the preview saw. */
export interface NewLink {
  readonly accessGroupId: number;
  readonly team: string;
  readonly name: string;
  readonly directory: string;
  readonly externalId: ExternalId;
  readonly dn: string;
  readonly cn: string;
  readonly mapping: string;
  readonly present: IdSet;
}

// ── relink ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** An entry whose identity changed under its DN. */
export interface Move {
  readonly dn: string;
  readonly from: ExternalId;
  readonly to: ExternalId;
}

/** `accessGroupId` undefined: a released group, which stays released under its new identity. */
export interface GroupMove extends Move {
  readonly accessGroupId: number | undefined;
  readonly team: string;
  readonly name: string;
}

export interface PersonMove extends Move {
  readonly userId: number;
}

export interface Moves {
  readonly groups: readonly GroupMove[];
  readonly people: readonly PersonMove[];
}

/** What moving the links would do. `add` and `remove`: members that the next run would bring and take. */
export interface RelinkPreview {
  readonly digest: string;
  readonly directory: string;
  readonly groups: readonly (GroupMove & { readonly add: number; readonly remove: number })[];
  readonly people: readonly (PersonMove & { readonly username: string })[];
  /** Linked groups that the directory does not show, under their DN either. */
  readonly lost: number;
  readonly held: readonly string[];
}

// ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A directory group as it stands in the database. */
export interface ListedGroup {
  readonly externalId: ExternalId;
  readonly dn: string;
  readonly name: string;
  readonly mapping: string;
  readonly state: LinkState;
  readonly reason: string | null;
  readonly accessGroupId: number | null;
  readonly team: string | null;
  readonly groupName: string | null;
  readonly frozen: boolean;
  readonly unresolved: number;
  readonly lastError: string | null;
}

/** A member value that leads to no usable local user. */
export interface ListedMember {
  readonly groupDn: string;
  readonly groupName: string;
  readonly member: string;
  readonly reason: string;
  readonly since: Date;
}

/** A directory that manages groups and that the configuration does not name any more (case B13). */
export interface Abandoned {
  readonly name: string;
  readonly lastSuccessAt: Date | undefined;
  /** AccessGroups that stay as they were last applied. */
  readonly groups: number;
  readonly memberships: number;
}
