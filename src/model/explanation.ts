/** The facts from which explanations are built. Types only. */

import type { Grant, GroupDetail, Identity, LastChange, Lookalike } from './access.ts';
import type { ListedDoubt } from './doubt.ts';
import type { ShadowMember } from './ownership.ts';

/** A local user, with the properties that affect access. */
export interface Person {
  readonly username: string;
  readonly isActive: boolean;
}

export interface MembershipFacts {
  readonly username: string;
  /** undefined: the local user does not exist. */
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
  /** The doubt because of which the member stays; undefined: there is none. */
  readonly doubt: ListedDoubt | undefined;
  /** undefined: the mapping of the group is not in shadow. */
  readonly shadow: ShadowFacts | undefined;
  /** `guard.grace` of the group's directory. */
  readonly graceMs: number;
  /** The path in the directory now; undefined: the directory was not read. */
  readonly path: Path | undefined;
}

/** The path through nested groups in the directory: DNs from the group down to the person, or the reason why there is none. */
export type Path = { readonly dns: readonly string[] } | { readonly reason: string };

/** A mapping in shadow, and what it would do to the user; undefined: nothing. */
export interface ShadowFacts {
  readonly mapping: string;
  readonly change: Pick<ShadowMember, 'action' | 'reason' | 'since'> | undefined;
}

export interface AccessFacts {
  readonly username: string;
  readonly person: Person | undefined;
  readonly team: string;
  readonly project: string;
  readonly visible: boolean;
  readonly suspended: boolean;
  /** The strongest grant first; empty: no access. */
  readonly via: readonly Grant[];
  /** Names of the first groups that grant access to the project. */
  readonly offered: readonly string[];
  /** The last change of the membership behind the strongest grant, if that is a group. */
  readonly lastChange: LastChange | undefined;
}
