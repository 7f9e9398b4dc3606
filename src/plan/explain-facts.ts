/** What explanations are made from. Types only. */
import type { Grant, GroupDetail } from '../model-access.ts';

/** A local user as far as access is concerned. */
export interface Person {
  readonly username: string;
  readonly isActive: boolean;
}

/** A row of the audit: the last time that somebody came into a group, or left it. */
export interface Change {
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

/** Why a member value of the group's directory groups, which looks like this person, led to nobody. */
export interface Unresolved {
  readonly groupDn: string;
  readonly member: string;
  readonly reason: string;
}

export interface MembershipFacts {
  readonly username: string;
  /** undefined: there is no such local user. */
  readonly person: Person | undefined;
  readonly group: GroupDetail;
  readonly member: boolean;
  readonly suspended: boolean;
  readonly lastChange: Change | undefined;
  readonly identities: readonly Identity[];
  readonly unresolved: readonly Unresolved[];
  /** The username matches `protect` of the group's directory. */
  readonly protected: boolean;
  /** The run that holds the removal of this member. */
  readonly heldBy: number | undefined;
  /** What the directory says now; undefined: it was not asked. */
  readonly path: Path | undefined;
}

/** The way through nested groups as the directory has it now: DNs from the group down to the person, or why there is none. */
export type Path = { readonly dns: readonly string[] } | { readonly reason: string };

export interface AccessFacts {
  readonly username: string;
  readonly person: Person | undefined;
  readonly team: string;
  readonly project: string;
  readonly visible: boolean;
  readonly suspended: boolean;
  /** Best first; empty: no access. */
  readonly via: readonly Grant[];
  /** Groups that hold the project, by name: the first few. */
  readonly offered: readonly string[];
  /** The membership behind the way that counts, where that is a group. */
  readonly lastChange: Change | undefined;
}
