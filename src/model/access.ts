/** Teams, AccessGroups, users and their access, as the API and the CLI show them. Types only. */
import type { LinkState } from './current.ts';
import type { GroupState } from './group-state.ts';
import type { ShadowSummary } from './ownership.ts';

// ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The sort key of the last item of a page. The next page begins after it, even if items were added or removed meanwhile. */
export type Key = readonly (string | number)[];

export interface PageRequest<K extends Key = Key> {
  readonly limit: number;
  readonly after?: K | undefined;
}

/** `next`: the key of the next page; undefined: this is the last page. */
export interface Page<Item, K extends Key = Key> {
  readonly items: readonly Item[];
  readonly next: K | undefined;
}

/** The username, the slug or the like by which a list is sorted. */
export type NameKey = readonly [string];
/** Name and id of an AccessGroup. */
export type GroupKey = readonly [string, number];
/** Slugs of team and project. */
export type ProjectKey = readonly [string, string];

// ── teams, groups, people ────────────────────────────────────────────────────────────────────────────────────────

export interface TeamSummary {
  readonly slug: string;
  readonly name: string;
  readonly groups: number;
  readonly members: number;
  readonly projects: number;
}

export interface GroupSummary {
  readonly id: number;
  readonly team: string;
  readonly name: string;
  readonly type: number;
  /** The name of `type`. */
  readonly access: string;
  readonly managed: boolean;
  readonly directory: string | null;
  readonly state: GroupState;
  readonly frozen: boolean;
  readonly members: number;
  /** How many of the members the directory has in the group; null: it is not known. */
  readonly inDirectory: number | null;
  /** Removals that wait for a decision. */
  readonly waiting: number;
  /** The digest of the held plan that has them. */
  readonly heldPlan: string | null;
  readonly projects: readonly string[];
  /** Member values in the directory that lead to no usable local user. */
  readonly unresolved: number;
  /** Number of members in doubt. */
  readonly doubts: number;
  readonly lastError: string | null;
  readonly dateAdded: Date;
}

/** A directory group without the AccessGroup that its mapping gives, and the reason code. */
export interface ConflictGroup {
  readonly name: string;
  readonly directory: string;
  /** `team/name` of its mapping. */
  readonly mapping: string;
  readonly reason: string;
  readonly dn: string;
}

export type ConflictKey = readonly [cn: string, directory: string, externalId: string];

export interface ConflictFilter extends PageRequest<ConflictKey> {
  readonly search?: string | undefined;
  readonly directory?: string | undefined;
}

/** A directory group that feeds an AccessGroup. */
export interface GroupSource {
  readonly directory: string;
  readonly externalId: string;
  readonly dn: string;
  readonly name: string;
  readonly mapping: string;
  readonly state: LinkState;
  readonly reason: string | null;
  readonly missingSince: Date | null;
  readonly appliedRun: number | null;
  readonly frozenBy: string | null;
  readonly frozenReason: string | null;
  readonly lastError: string | null;
}

export interface GroupDetail extends GroupSummary {
  readonly sources: readonly GroupSource[];
  /** What a run would do to it if its mapping were not in shadow; null: nothing, or it is not in shadow. */
  readonly shadow: ShadowSummary | null;
}

export interface GroupFilter extends PageRequest<GroupKey> {
  readonly team?: string | undefined;
  readonly search?: string | undefined;
  readonly state?: GroupState | undefined;
  readonly directory?: string | undefined;
}

/** All users, or those whose names match `search`. */
export interface UserFilter extends PageRequest<NameKey> {
  readonly search?: string | undefined;
}

/** `since`, `runId`, `reason`, `actor`: from the audit row that added the member; null: the row no longer exists. */
export interface GroupMember {
  readonly username: string;
  readonly fullName: string;
  readonly isActive: boolean;
  readonly since: Date | null;
  readonly runId: number | null;
  readonly reason: string | null;
  readonly actor: string | null;
}

export interface TeamMember {
  readonly username: string;
  readonly fullName: string;
  readonly isActive: boolean;
  readonly type: number;
  readonly access: string;
  readonly suspended: boolean;
  /** null: the application does not record it. */
  readonly dateAdded: Date | null;
}

/** A project, identified by the slug of its team and its own slug. */
export interface ProjectName {
  readonly team: string;
  readonly project: string;
}

export interface ProjectSummary {
  readonly slug: string;
  readonly name: string;
  /** No user has access to a hidden project. */
  readonly visible: boolean;
  /** Number of AccessGroups that grant access to it. */
  readonly groups: number;
}

export interface UserSummary {
  readonly username: string;
  readonly fullName: string;
  readonly email: string;
  readonly isActive: boolean;
  readonly isSuperuser: boolean;
}

// ── access ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** One source of the access of a user. */
export interface Grant {
  readonly kind: 'superuser' | 'team' | 'group';
  readonly type: number;
  readonly access: string;
  readonly group: string | null;
  readonly groupId: number | null;
}

/** The access of a user to a project. `type`: the smallest type of all grants; `via`: the grants, the strongest first. */
export interface UserAccess {
  readonly team: string;
  readonly project: string;
  readonly type: number;
  readonly access: string;
  readonly via: readonly Grant[];
}

export interface ProjectAccess {
  readonly username: string;
  readonly fullName: string;
  readonly type: number;
  readonly access: string;
  readonly via: readonly Grant[];
}

// ── why ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The last audit row that added a user to a group or removed the user from it. */
export interface LastChange {
  readonly action: 'add' | 'remove';
  readonly at: Date;
  readonly runId: number | null;
  readonly actor: string | null;
  readonly reason: string;
}

/** The linked entry of a user in a directory. */
export interface Identity {
  readonly directory: string;
  readonly dn: string;
  readonly matchedBy: string;
}

/** A member value that resembles a user but matched no local user. */
export interface Lookalike {
  readonly groupDn: string;
  readonly member: string;
  readonly reason: string;
}

/** The question why a user is in a group, or why a user has access to a project. */
export interface Question {
  readonly user: string;
  readonly team: string;
  readonly group?: string | undefined;
  readonly project?: string | undefined;
}

export interface Step {
  readonly kind:
    | 'user'
    | 'team'
    | 'group'
    | 'directory'
    | 'identity'
    | 'policy'
    | 'membership'
    | 'doubt'
    | 'project'
    | 'access';
  /** Whether this step allows the membership or access. */
  readonly ok: boolean;
  readonly text: string;
}

export interface Explanation {
  readonly answer: boolean;
  readonly steps: readonly Step[];
  /** When and by which run the user became a member; null: no audit row exists. */
  readonly since: Date | null;
  readonly runId: number | null;
  /** What must change for the answer to be yes. Empty if the answer is yes. */
  readonly missing: readonly string[];
}
