/** Ownership of AccessGroups: adopt, release, freeze and relink. Types only. */
import type { LinkState } from './current.ts';
import type { ChangeKind } from './plan.ts';
import type { ExternalId, IdSet } from './snapshot.ts';

/** The actor of an operation on a group and the reason; the audit stores both. */
export interface Act {
  readonly by: string;
  readonly reason: string;
}

/** An AccessGroup and its linked directory groups; several only if the mapping sets `merge`. */
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

/** A directory group without a link that an AccessGroup can be linked to. */
export interface Candidate {
  readonly directory: string;
  readonly dn: string;
}

// ── adopt ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What an adoption would change in a manual AccessGroup. */
export interface AdoptionPreview {
  /** The digest of this preview. An adoption with it applies exactly to the preview. */
  readonly digest: string;
  readonly accessGroupId: number;
  readonly team: string;
  readonly name: string;
  readonly directory: string;
  readonly dn: string;
  /** The name that the mapping gives, if it differs and is free. */
  readonly newName: string | undefined;
  /** Sorted usernames. `add` includes users who would be created. */
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** One sentence for each limit of the guard that the removals would trip. They would wait for approval. */
  readonly held: readonly string[];
}

/** A link to create. `present`: user ids of the members in the preview. */
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

/** An entry whose identity changed while its DN stayed the same. */
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

/** What a relink would change. `add` and `remove`: numbers of members that the next run would add and remove. */
export interface RelinkPreview {
  readonly digest: string;
  readonly directory: string;
  readonly groups: readonly (GroupMove & { readonly add: number; readonly remove: number })[];
  readonly people: readonly (PersonMove & { readonly username: string })[];
  /** Number of linked groups that the read did not find, by identity or by DN. */
  readonly lost: number;
  readonly held: readonly string[];
}

// ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A directory group as the database has it. */
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

/** A member value that matches no usable local user. */
export interface ListedMember {
  readonly groupDn: string;
  readonly groupName: string;
  readonly member: string;
  readonly reason: string;
  readonly since: Date;
}

/** The difference of a group in shadow from what its mapping says. */
export interface ShadowSummary {
  readonly mapping: string;
  readonly add: number;
  readonly remove: number;
  readonly since: Date;
}

/** What a run would do to one group in shadow. */
export interface ShadowGroup extends ShadowSummary {
  readonly kind: ChangeKind;
  /** DN of the directory group, or of the first one if several are merged. */
  readonly dn: string;
  readonly accessGroupId: number | null;
  readonly team: string;
  readonly name: string;
  readonly previousName: string | null;
  /** Number of removals that the guard would hold. */
  readonly held: number;
  readonly reason: string | null;
  readonly explanation: string | null;
  /** The run that first found that the group differs, at `since`. */
  readonly runId: number;
}

/** A user whom a run would add to a group in shadow, or remove from it. */
export interface ShadowMember extends Pick<ShadowGroup, 'team' | 'accessGroupId' | 'mapping' | 'since'> {
  readonly group: string;
  readonly username: string;
  readonly action: 'add' | 'remove';
  readonly reason: string;
  /** The run would create the local user. */
  readonly isNew: boolean;
}

/** A directory that owns groups but is no longer in the configuration (case B13). */
export interface Abandoned {
  readonly name: string;
  readonly lastSuccessAt: Date | undefined;
  /** Number of AccessGroups that stay as they were last applied. */
  readonly groups: number;
  readonly memberships: number;
}
