/** What explanations are made from. Types only. */

import type { Grant, GroupDetail, Identity, LastChange, Lookalike } from './access.ts';
import type { ListedDoubt } from './doubt.ts';

/** A local user as far as access is concerned. */
export interface Person {
  readonly username: string;
  readonly isActive: boolean;
}

export interface MembershipFacts {
  readonly username: string;
  /** undefined: there is no such local user. */
  readonly person: Person | undefined;
  readonly group: GroupDetail;
  readonly member: boolean;
  readonly suspended: boolean;
  readonly lastChange: LastChange | undefined;
  readonly identities: readonly Identity[];
  readonly unresolved: readonly Lookalike[];
  /** The username matches `protect` of the group's directory. */
  readonly protected: boolean;
  /** The run that holds the removal of this member. */
  readonly heldBy: number | undefined;
  /** Why the member stays although no value is known to name them; undefined: there is no doubt. */
  readonly doubt: ListedDoubt | undefined;
  /** `guard.grace` of the group's directory. */
  readonly graceMs: number;
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
  readonly lastChange: LastChange | undefined;
}
