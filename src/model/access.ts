/** Teams, AccessGroups, people, and who may reach what, as the API and the commands show them. Types only. */
import type { LinkState } from './current.ts';

// ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What the last shown item is sorted by: the next page begins behind it, whatever was added or removed meanwhile. */
export type Key = readonly (string | number)[];

export interface PageRequest<K extends Key = Key> {
  readonly limit: number;
  readonly after?: K | undefined;
}

/** `next` undefined: it is the last page. */
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

/**
 * `manual`: no directory owns it. Otherwise what became of the directory group behind it; `linked` wins over the others, and
 * is `doubt` while it is not known of a member whether they should be in it, and no administrator decided that they stay.
 */
export type GroupStatus = 'manual' | 'doubt' | Extract<LinkState, 'linked' | 'missing' | 'out_of_scope'>;

export interface GroupSummary {
  readonly id: number;
  readonly team: string;
  readonly name: string;
  readonly type: number;
  /** `type` in words. */
  readonly access: string;
  readonly managed: boolean;
  readonly directory: string | null;
  readonly state: GroupStatus;
  readonly frozen: boolean;
  readonly members: number;
  readonly projects: readonly string[];
  /** Member values in the directory that lead to no usable local user. */
  readonly unresolved: number;
  /** Members who stay because it is not known whether they should. */
  readonly doubts: number;
  readonly lastError: string | null;
  readonly dateAdded: Date;
}

/** A directory group that gets no AccessGroup, and the code that says why. */
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

/** A directory group behind an AccessGroup. */
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
}

export interface GroupFilter extends PageRequest<GroupKey> {
  readonly team?: string | undefined;
  readonly search?: string | undefined;
  readonly state?: GroupStatus | undefined;
  readonly directory?: string | undefined;
}

/** People, all of them or those with these words in their names. */
export interface UserFilter extends PageRequest<NameKey> {
  readonly search?: string | undefined;
}

/** `since`, `runId`, `reason`, `actor`: of the audit row that made the person a member; null where none is left. */
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
  readonly dateAdded: Date;
}

/** A project, identified by the slug of its team and its own slug. */
export interface ProjectName {
  readonly team: string;
  readonly project: string;
}

export interface ProjectSummary {
  readonly slug: string;
  readonly name: string;
  /** Hidden projects are reached by nobody. */
  readonly visible: boolean;
  /** AccessGroups that hold it. */
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

/** One of the ways in which somebody has access. */
export interface Grant {
  readonly kind: 'superuser' | 'team' | 'group';
  readonly type: number;
  readonly access: string;
  readonly group: string | null;
  readonly groupId: number | null;
}

/** What somebody may reach: the smallest type of all ways, which come best first. */
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

/** A row of the audit: the last time that somebody came into a group, or left it. */
export interface LastChange {
  readonly action: 'add' | 'remove';
  readonly at: Date;
  readonly runId: number | null;
  readonly actor: string | null;
  readonly reason: string;
}

/** Who somebody is in a directory. */
export interface Identity {
  readonly directory: string;
  readonly dn: string;
  readonly matchedBy: string;
}

/** A member value of a group's directory groups that looks like somebody and led to nobody. */
export interface Lookalike {
  readonly groupDn: string;
  readonly member: string;
  readonly reason: string;
}

/** Why is somebody in that group, or why may somebody reach that project? */
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
  /** Whether this step lets the person through. */
  readonly ok: boolean;
  readonly text: string;
}

export interface Explanation {
  readonly answer: boolean;
  readonly steps: readonly Step[];
  /** When and by which run the person became a member; null where nothing says so. */
  readonly since: Date | null;
  readonly runId: number | null;
  /** What would have to be true for the answer to be yes. Empty when it is yes. */
  readonly missing: readonly string[];
}
